//! PEM, read tolerantly (line breaks anywhere or nowhere) and written strictly.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::KeyError;

/// Longer than any key we accept: an 8192-bit private key is about 6,400 bytes of PEM.
const MAX_BYTES: usize = 16 * 1024;

/// The content of the one block in `text` whose label is among `labels`.
// RFC 7468 §2
pub(super) fn decode(text: &str, labels: &[&str]) -> Result<Vec<u8>, KeyError> {
    if text.len() > MAX_BYTES {
        return Err(KeyError::Malformed("too long for a key"));
    }
    let block = labels.iter().find_map(|label| block(text, label));
    let block = block.ok_or(KeyError::Malformed("no PEM block of the kind wanted"))?;
    let packed: String = block.chars().filter(|next| !next.is_ascii_whitespace()).collect();
    STANDARD
        .decode(packed)
        .map_err(|_| KeyError::Malformed("PEM block is not base64"))
}

/// One block of `der`, 64 columns, with a final newline.
pub(super) fn encode(label: &str, der: &[u8]) -> String {
    let mut out = format!("-----BEGIN {label}-----\n");
    for (at, next) in STANDARD.encode(der).chars().enumerate() {
        if at > 0 && at % 64 == 0 {
            out.push('\n');
        }
        out.push(next);
    }
    out.push_str(&format!("\n-----END {label}-----\n"));
    out
}

fn block<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let (_, after) = text.split_once(&format!("-----BEGIN {label}-----"))?;
    let (block, _) = after.split_once(&format!("-----END {label}-----"))?;
    Some(block)
}
