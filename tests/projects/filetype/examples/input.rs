use std::io::{self, BufRead, Write};

/// Greets everyone whose name comes in on a line of its own.
fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let name = line?;
        if !name.trim().is_empty() {
            writeln!(out, "Hello, {}!", name.trim())?;
        }
    }
    Ok(())
}
