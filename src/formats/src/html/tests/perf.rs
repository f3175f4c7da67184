#[test]
fn perf() {
    use std::time::Instant;
    let s = "&".repeat(65000);
    let t = Instant::now();
    let n = crate::html::tokens::tokens(&s).count();
    eprintln!("tokens {n} {:?}", t.elapsed());
    let t = Instant::now();
    let r = ammonia::clean(&s);
    eprintln!("ammonia raw {} {:?}", r.len(), t.elapsed());
    let e = "&amp;".repeat(65000);
    let t = Instant::now();
    let r = ammonia::clean(&e);
    eprintln!("ammonia esc {} {:?}", r.len(), t.elapsed());
    let t = Instant::now();
    let n = crate::html::tokens::tokens(&e).count();
    eprintln!("tokens esc {n} {:?}", t.elapsed());
    let e = "x&amp;".repeat(65000);
    let t = Instant::now();
    let r = ammonia::clean(&e);
    eprintln!("ammonia x&amp; {} {:?}", r.len(), t.elapsed());
    let e = "&amp;".repeat(13000);
    let t = Instant::now();
    let r = ammonia::clean(&e);
    eprintln!("ammonia esc 64K {} {:?}", r.len(), t.elapsed());
}
