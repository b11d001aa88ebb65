//! Turns what a terminal would show into a picture: the one in the README is
//! `cargo run -- --color always review docs/sample/reply.txt --answers docs/sample/message.txt --fail-on never |
//! cargo run --example picture > docs/review.svg`.

use std::io::Read as _;

fn main() -> std::io::Result<()> {
    let mut shown = String::new();
    std::io::stdin().read_to_string(&mut shown)?;
    print!("{}", anstyle_svg::Term::new().render_svg(&shown));
    Ok(())
}
