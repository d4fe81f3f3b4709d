throw new Error('binaryen is not installed: tspin never asks jco to optimize');
