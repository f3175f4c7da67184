//! RSA PKCS #1 v1.5 with SHA-256, 2048 bits: the vectors of Wycheproof through our own wrapper.

use causeway_formats::http_signature::PublicKey;
use serde_json::Value;

const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/captures/wycheproof/rsa_signature_2048_sha256_test.json"
);

fn hex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

#[test]
fn every_vector_comes_out_as_it_should() {
    let file: Value = serde_json::from_str(&std::fs::read_to_string(FILE).unwrap()).unwrap();
    let (mut valid, mut invalid) = (0, 0);
    for group in file["testGroups"].as_array().unwrap() {
        let key = PublicKey::from_pem(group["publicKeyPem"].as_str().unwrap()).unwrap();
        assert_eq!(PublicKey::from_der(&hex(&group["publicKeyDer"])), Ok(key.clone()));
        assert_eq!(PublicKey::from_der(&hex(&group["publicKeyAsn"])), Ok(key.clone()));
        for test in group["tests"].as_array().unwrap() {
            let accepted = key.verify_rsa_sha256(&hex(&test["msg"]), &hex(&test["sig"])).is_ok();
            match test["result"].as_str().unwrap() {
                "valid" => {
                    assert!(accepted, "{}", test["tcId"]);
                    valid += 1;
                }
                "invalid" => {
                    assert!(!accepted, "{}: {}", test["tcId"], test["comment"]);
                    invalid += 1;
                }
                // one old encoding that a verifier may take or leave
                other => assert_eq!(other, "acceptable"),
            }
        }
    }
    assert_eq!((valid, invalid), (9, 249));
}
