// Spin's key-value tutorial with the guests that are too large to be checked in: built once, by scripts/cached-guest.sh.
import { testTutorial } from './tutorial-session.ts';
import { tutorialGuests } from './tutorial-guests.ts';

for (const guest of tutorialGuests.filter(one => !one.isCheckedIn)) testTutorial(guest);
