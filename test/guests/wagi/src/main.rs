//! A plain program, as CGI scripts are: it reads its environment, arguments and standard input, and prints the response.
//! The last segment of the path says what it does.
//!
//! env         its arguments and its environment, one a line
//! echo        the body, and how many bytes it was as `x-bytes`
//! status      418, with two headers of its own, written with CR LF
//! location    a redirect
//! nothing     no output
//! headless    text without any header
//! exit        prints an answer and exits with the code of the query
//! panic       panics after it has printed an answer
//! big         as many MiB as the query says
//! count       how often it was asked, as far as its memory knows
//! file        the text of /page.html
//! forever     never ends
use std::env;
use std::io::{Read, Write};
use std::process::exit;
use std::sync::atomic::{AtomicUsize, Ordering};

static COUNT: AtomicUsize = AtomicUsize::new(0);

fn main() {
    let path = env::var("PATH_INFO").unwrap_or_default();
    let query = env::var("QUERY_STRING").unwrap_or_default();
    match path.rsplit('/').next().unwrap_or_default() {
        "env" => {
            text(&environment());
        }
        "echo" => {
            let mut body = Vec::new();
            std::io::stdin().read_to_end(&mut body).expect("the body can be read");
            println!("content-type: application/octet-stream\nX-Bytes: {}\n", body.len());
            std::io::stdout().write_all(&body).expect("the body can be written");
        }
        "status" => print!("Status: 418 I'm a teapot\r\nX-Pot: tea\r\nx-cup: big\r\nContent-Type: text/plain\r\n\r\nshort and stout\n"),
        "location" => print!("Location: https://example.com/elsewhere\n\n"),
        "nothing" => eprintln!("nothing to say"),
        "headless" => print!("just text\n"),
        "exit" => {
            text("exits\n");
            exit(query.parse().unwrap_or(0));
        }
        "panic" => {
            text("panics\n");
            panic!("as it was told to");
        }
        "big" => {
            print!("content-type: text/plain\n\n");
            let piece = vec![b'x'; 1024 * 1024];
            for _ in 0..query.parse::<usize>().unwrap_or(1) {
                std::io::stdout().write_all(&piece).expect("the output can be written");
            }
        }
        "count" => text(&format!("{}\n", COUNT.fetch_add(1, Ordering::Relaxed) + 1)),
        "file" => text(&std::fs::read_to_string("/page.html").unwrap_or_else(|error| format!("{error}\n"))),
        "forever" => loop {
            std::hint::black_box(COUNT.load(Ordering::Relaxed));
        },
        other => print!("status: 404\n\nthere is no {other:?}\n"),
    }
}

fn environment() -> String {
    let mut lines: Vec<String> = env::vars().map(|(name, value)| format!("{name}={value}\n")).collect();
    lines.sort();
    let args: String = env::args().map(|arg| format!("arg {arg:?}\n")).collect();
    args + &lines.concat()
}

fn text(body: &str) {
    print!("content-type: text/plain\n\n{body}");
    std::io::stdout().flush().expect("the output can be written");
}
