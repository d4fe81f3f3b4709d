//! One guest for all end-to-end tests: the first segment of the path says what to do. README.md lists the routes.

mod clock;
mod failures;
mod files;
mod limits;
mod reply;
mod request;
mod stores;
mod streams;
mod target;

use spin_sdk::http::{IncomingRequest, ResponseOutparam};
use spin_sdk::http_component;

use crate::reply::text;
use crate::target::Target;

#[http_component]
async fn handle(request: IncomingRequest, out: ResponseOutparam) {
    let target = Target::parse(&request.path_with_query().unwrap_or_default());
    match target.route.as_str() {
        "count" => request::count(out).await,
        "request" => request::describe(request, out).await,
        "env" => request::environment(out).await,
        "print" => request::print(&target, out).await,
        "random" => request::random(&target, out).await,

        "echo" => streams::echo(request, out).await,
        "splice" => streams::splice(request, out),
        "upload" => streams::upload(request, out).await,
        "trickle" => streams::trickle(&target, out).await,
        "big" => streams::big(&target, out).await,
        "trailers" => streams::trailers(out),
        "content-length" => streams::content_length(&target, out),

        "status" => reply::status(&target, out).await,
        "headers-out" => reply::headers_out(out).await,
        "forbidden" => reply::forbidden(&target, out).await,
        "empty" => reply::empty(out),

        "clock" => clock::now(out).await,
        "sleep" => clock::sleep_then_answer(&target, out).await,
        "busy" => clock::busy(&target, out).await,
        "after" => clock::answer_then_store(&target, out).await,

        "read" => files::read(&target, out).await,
        "write" => files::write(&target, request, out).await,
        "ls" => files::list(&target, out).await,
        "stat" => files::stat(&target, out).await,

        "kv" => stores::key_value(&target, request, out).await,

        "trap" => failures::trap(),
        "trap-after" => failures::trap_after(out).await,
        "exit" => failures::exit(&target),
        "no-response" => drop(out),
        "err-response" => failures::answer_an_error(out),
        "grow" => failures::grow(&target, out).await,
        "recurse" => failures::recurse(out).await,

        "compute" => limits::compute(&target, out).await,
        "leak" => limits::leak(&target, out).await,
        "flood" => limits::flood(&target, out).await,
        "traces" => limits::traces(&target, out).await,

        other => text(out, 404, format!("probe has no route {other:?}\n")).await,
    }
}
