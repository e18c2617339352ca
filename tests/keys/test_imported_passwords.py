"""Password hashes of other systems, against published vectors."""

from __future__ import annotations

import base64

import bcrypt
import pytest

from keys import imported_passwords, passwords

PBKDF2 = "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
"""RFC 7914 section 11: P="passwd", S="salt", c=1, the first 32 bytes."""
SCRYPT = (
    "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
    "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
)
"""RFC 7914 section 12: P="pleaseletmein", S="SodiumChloride", N=16384, r=8, p=1."""
BCRYPT = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
"""Openwall's crypt_blowfish: the password "U*U"."""
ALPHABET = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
ARGON2ID = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
"""The reference implementation's test.c: "password", "somesalt"."""


def unpadded(octets: bytes) -> str:
    return base64.b64encode(octets).decode().rstrip("=")


VECTORS = [
    ("BCRYPT", "U*U", BCRYPT),
    ("SCRYPT", "pleaseletmein", f"16384$8$1${b'SodiumChloride'.hex()}${SCRYPT}"),
    ("ARGON2ID", "password", ARGON2ID),
    ("PBKDF2_SHA256", "passwd", f"$pbkdf2-sha256$1${unpadded(b'salt')}${unpadded(bytes.fromhex(PBKDF2))}"),
]
GUIDE = [
    ("BCRYPT", "$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6"),
    (
        "SCRYPT",
        "65536$8$1$304dbaef7c5e828dc19c98f0600d18fe$4f69c498c12cd102d057356facf8d77e8d42407090491ea32c5b038f5a18c099",
    ),
    ("ARGON2ID", "$argon2id$v=19$m=19456,t=2,p=1$ko/G5o1ms+ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA"),
    ("PBKDF2_SHA256", "$pbkdf2-sha256$600000$1XZlmwLQ2hhM3JYuCPiArQ$Pfheg9Zi/v5lXU4yyLA0WFUYEd/rlaVbzrM9oMD6IrA"),
]
"""The examples of AWS's guide, "Supported password hashing algorithms"."""


@pytest.mark.parametrize(("algorithm", "password", "text"), VECTORS)
def test_a_hash_is_of_its_password_alone(algorithm: str, password: str, text: str) -> None:
    assert imported_passwords.problem(algorithm, text) is None
    assert imported_passwords.matches(password, text)
    assert not imported_passwords.matches(password + "x", text)


@pytest.mark.parametrize(("algorithm", "text"), GUIDE)
def test_the_examples_of_the_guide_are_good(algorithm: str, text: str) -> None:
    assert imported_passwords.problem(algorithm, text) is None
    assert not imported_passwords.matches("password", text)


@pytest.mark.parametrize("version", "abxy")
def test_every_version_of_bcrypt_is_read(version: str) -> None:
    text = bcrypt.hashpw(b"secret", bcrypt.gensalt(4)).decode().replace("$2b$", f"$2{version}$")
    assert imported_passwords.problem("BCRYPT", text) is None
    assert imported_passwords.matches("secret", text)


def test_bcrypt_reads_72_bytes_as_it_does_elsewhere() -> None:
    text = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()
    assert imported_passwords.matches("x" * 256, text)
    assert not imported_passwords.matches("x" * 71, text)


@pytest.mark.parametrize(
    ("algorithm", "text", "problem"),
    [
        ("BCRYPT", BCRYPT.replace("$05$", "$13$"), "has the parameter cost above 12"),
        ("BCRYPT", BCRYPT.replace("$05$", "$03$"), "cannot be read"),
        ("BCRYPT", BCRYPT.replace("CC.E5", "CC/E5"), "cannot be read"),
        ("BCRYPT", BCRYPT.replace("CC.E5", "CCCE5"), "cannot be read"),
        ("BCRYPT", BCRYPT.replace("CC.E5", "CC$E5"), "is not of the form of BCRYPT"),
        ("BCRYPT", BCRYPT.replace("$2a$", "$2c$"), "is not of the form of BCRYPT"),
        ("BCRYPT", BCRYPT[:-1], "is not of the form of BCRYPT"),
        ("BCRYPT", ARGON2ID, "is not of the form of BCRYPT"),
        ("SCRYPT", f"65536$16$1$aa${'00' * 32}", "has the parameter r above 8"),
        ("SCRYPT", f"1000$8$1$aa${'00' * 32}", "cannot be read"),
        ("SCRYPT", f"1$8$1$aa${'00' * 32}", "cannot be read"),
        ("SCRYPT", f"65536$1$1$aa${'00' * 32}", "cannot be read"),
        ("SCRYPT", f"16$8$1$a${'00' * 32}", "is not of the form of SCRYPT"),
        ("ARGON2ID", ARGON2ID.replace("m=256", "m=19457"), "has the parameter m above 19456"),
        ("ARGON2ID", ARGON2ID.replace("m=256", "m=7"), "cannot be read"),
        ("ARGON2ID", ARGON2ID.replace("t=2", "t=3"), "has the parameter t above 2"),
        ("ARGON2ID", ARGON2ID.replace("p=1", "p=2"), "has the parameter p above 1"),
        ("ARGON2ID", ARGON2ID.replace("argon2id", "argon2i"), "is not of the form of ARGON2ID"),
        ("ARGON2ID", ARGON2ID.replace("c29tZXNhbHQ", "c29tZXNhbHQab"), "cannot be read"),
        ("PBKDF2_SHA256", f"$pbkdf2-sha256$600001$aaaa${'a' * 43}", "has the parameter iterations above 600000"),
        ("PBKDF2_SHA256", f"$pbkdf2-sha256$1$aaaa${'a' * 42}", "is not of the form of PBKDF2_SHA256"),
    ],
)
def test_what_cannot_be_checked_is_a_problem(algorithm: str, text: str, problem: str) -> None:
    assert imported_passwords.problem(algorithm, text) == problem


@pytest.mark.parametrize("character", ALPHABET)
def test_a_hash_of_bcrypt_that_has_no_problem_can_be_checked(character: str) -> None:
    text = BCRYPT.replace("$05$", "$04$").replace("CC.E5", f"CC{character}E5")
    assert (imported_passwords.problem("BCRYPT", text) is None) == (character in ".Oeu")
    assert not imported_passwords.matches("U*U", text)


@pytest.mark.parametrize("text", [f"65536$1$1$aa${'00' * 32}", BCRYPT.replace("$05$", "$03$")])
def test_a_hash_that_cannot_be_checked_and_was_kept_all_the_same_is_nobodys(text: str) -> None:
    assert not passwords.matches("U*U", passwords.imported(text), 4)


def test_a_hash_of_another_system_is_kept_with_a_mark() -> None:
    kept = passwords.imported(BCRYPT)
    assert passwords.is_imported(kept)
    assert not passwords.is_imported(passwords.digest("U*U", 4))
    assert passwords.matches("U*U", kept, 4)
    assert not passwords.matches("U*V", kept, 4)
    assert not passwords.matches("U*U", BCRYPT, 4)
