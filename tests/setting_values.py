"""Values of every setting: those that are read, with what they mean, and those that are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from storage.server import Server

GOOD: dict[str, list[tuple[str, Any]]] = {
    "host": [("0.0.0.0", "0.0.0.0"), ("::1", "::1"), ("localhost", "localhost")],
    "port": [("0", 0), ("65535", 65535)],
    "https": [("true", True), ("1", True), ("off", False)],
    "https-port": [("0", 0), ("8443", 8443)],
    "certificate-name": [
        ("Cognito.test,10.0.0.7, FD00::9,", frozenset({"cognito.test", "10.0.0.7", "fd00::9"})),
        ("*.app.test,a_b", frozenset({"*.app.test", "a_b"})),
    ],
    "ca": [("/srv/ca", Path("/srv/ca"))],
    "certificate": [],
    "certificate-key": [],
    "data": [("/srv/data", Path("/srv/data")), ("here", Path("here"))],
    "database": [
        ("/srv/a.db", Path("/srv/a.db")),
        ("a.db", Path("a.db")),
        ("sqlite:///a.db", Path("a.db")),
        ("sqlite:////srv/a.db", Path("/srv/a.db")),
        *[
            (url, Server(url))
            for url in (
                "postgresql+psycopg://db/cognito",
                "postgresql+psycopg:///cognito?host=/run/postgresql",
                "postgresql+psycopg://ana:p%40ss@[fd00::9]:5432/cognito?sslmode=verify-full",
            )
        ],
    ],
    "database-connections": [("1", 1), ("1000", 1000)],
    "database-timeout": [("1", 1), ("3600", 3600)],
    "key": [("k", Path("k")), ("/etc/cognito/key", Path("/etc/cognito/key"))],
    "ephemeral": [("true", True), ("1", True), ("yes", True), ("ON", True), ("false", False), ("0", False)],
    "seed": [("a.yaml", (Path("a.yaml"),)), ("/srv/a.yaml, b.json,", (Path("/srv/a.yaml"), Path("b.json")))],
    "issuer": [
        ("request", "request"),
        ("aws", "aws"),
        ("https://sso.example", "https://sso.example"),
        ("http://[::1]:9000/cognito/", "http://[::1]:9000/cognito"),
    ],
    "account-id": [("123456789012", "123456789012"), ("000000000001", "000000000001")],
    "region": [("eu-west-1", "eu-west-1"), ("us-gov-east-1", "us-gov-east-1"), ("ap-southeast-5", "ap-southeast-5")],
    "code": [("000000", "000000"), ("123456", "123456")],
    "password-cost": [("4", 4), ("16", 16)],
    "lambda-endpoint": [
        ("http://localhost:3002", "http://localhost:3002"),
        ("https://l.example/", "https://l.example"),
    ],
    "lambda-functions": [
        ("define=http://localhost:3000/define", {"define": "http://localhost:3000/define"}),
        (
            "a=lambda:http://localhost:3002/, arn:aws:lambda:us-east-1:000000000000:function:b=https://x/y,",
            {"a": "lambda:http://localhost:3002", "arn:aws:lambda:us-east-1:000000000000:function:b": "https://x/y"},
        ),
        ("a=python:app:f,b=python:app.größe.c_1:_f", {"a": "python:app:f", "b": "python:app.größe.c_1:_f"}),
    ],
    "kms-endpoint": [
        ("http://localhost:4566/", "http://localhost:4566"),
        ("https://kms.example", "https://kms.example"),
    ],
    "secrets-endpoint": [
        ("http://localhost:5000/", "http://localhost:5000"),
        ("https://secretsmanager.eu-west-1.amazonaws.com", "https://secretsmanager.eu-west-1.amazonaws.com"),
    ],
    "smtp-url": [
        (url, url)
        for url in ("smtp://localhost:1025", "smtp://a%40b:c@mail.example?starttls=true", "smtps://u:p@[::1]:465/")
    ],
    "social": [("stand-in", "stand-in"), ("real", "real")],
    "log-delivery": [
        ("/srv/exported logs", "/srv/exported logs"),
        ("https://logs.example/in/", "https://logs.example/in"),
    ],
    "compromised-passwords": [("/dev/null", frozenset())],
    "roles": [],
    "strict-signatures": [("true", True), ("no", False)],
    "stop-at-eof": [("true", True), ("off", False)],
    "allowed-origins": [
        (
            "https://App.example, http://app.example:8080/,capacitor://localhost",
            frozenset({"https://app.example", "http://app.example:8080", "capacitor://localhost"}),
        ),
        ("http://a.example:80,https://a.example:443", frozenset({"http://a.example", "https://a.example"})),
        ("http://[fd00::9]:3000,", frozenset({"http://[fd00::9]:3000"})),
        ("chrome-extension://abc", frozenset({"chrome-extension://abc"})),
    ],
    "allowed-hosts": [
        ("Cognito.corp.example, xn--bcher-kva.example,", frozenset({"cognito.corp.example", "xn--bcher-kva.example"})),
        ("a_b.example", frozenset({"a_b.example"})),
    ],
    "url-file": [("/run/url", Path("/run/url"))],
    "log-format": [("json", "json"), ("text", "text")],
    "threads": [("1", 1), ("256", 256)],
    "workers": [("1", 1), ("64", 64)],
}
BAD: dict[str, list[str]] = {
    "host": ["a b"],
    "port": ["65536", "-1", "x", "1.5", "٨٠", "9" * 5000, "0x50", "1_000", " 80"],
    "https": ["maybe"],
    "https-port": ["65536", "x"],
    "certificate-name": [
        *[",", "*", "*.localhost", "*.", "a.*.test", "**.a.test", "a b", "a.test:443", "https://a.test"],
        *["[::1]", "bücher.test", "a" * 64, "a." * 127 + "a", "a\0.test", "10.0.0.0/8", "-a.test"],
    ],
    "ca": [],
    "certificate": ["/etc/", "."],
    "certificate-key": ["/etc/", "."],
    "data": [],
    "database": [
        "postgresql://x",
        "postgresql://db/cognito",
        "postgresql+psycopg://db",
        "postgresql+psycopg://ana:p@ss@db/cognito",
        "postgresql+psycopg://ana:p/ss@db/cognito",
        "postgresql+psycopg://db:port/cognito",
        "postgresql+psycopg://db/cog%00nito",
        "postgresql+psycopg://ana:p%0a@db/cognito",
        *["sqlite://x", "sqlite:///", "mysql:///x", "/", "."],
    ],
    "database-connections": ["0", "1001", "x"],
    "database-timeout": ["0", "3601", "x"],
    "key": ["/etc/", "/"],
    "ephemeral": ["maybe", "2", "tru"],
    "seed": [",", "a\0b"],
    "issuer": [
        "AWS",
        "localhost",
        "ftp://x",
        "http://",
        "http://[",
        "http://x:port",
        "http://x:99999",
        "http://x?a=b",
        "http://x#a",
        "http://a b",
        "http://:80",
        "https://münchen.de",
    ],
    "account-id": ["12345678901", "1234567890123", "١٢٣٤٥٦٧٨٩٠١٢", "abcdefghijkl", "123456789012\n"],
    "region": ["useast1", "us-east", "US-EAST-1", "us-east-1a", "us-east-١", "../us-east-1"],
    "code": ["12345", "1234567", "abcdef", "١٢٣٤٥٦"],
    "password-cost": ["3", "17", "x", "٤", "1_0"],
    "lambda-endpoint": ["localhost:3002", "ftp://x", "http://", "http://x:port", "http://a b", "http://[", "aws"],
    "lambda-functions": [
        *["define", "=http://x", "a=", "a=x", "a=ftp://x", "a b=http://x", "a=lambda:x"],
        *[
            "a=python:m",
            "a=python:m:",
            "a=python::f",
            "a=python:m.:f",
            "a=python:m-x:f",
            "a=python:m:f.g",
            "a=python:m:f:g",
        ],
        *["a=python:../m:f", "a=python:m.py", "a=python:/m:f", "a=python:m:f()", "a=python:1:f", "a=python: m:f"],
    ],
    "kms-endpoint": ["localhost:4566", "kms:x", "http://", "http://a b", "http://x:0"],
    "secrets-endpoint": ["localhost:5000", "moto:x", "http://", "http://a b", "http://x:0"],
    "smtp-url": [
        "localhost:25",
        "http://x",
        "smtp://",
        "smtp://x:port",
        "smtp://x:0",
        "smtp://[",
        "smtp://x/y",
        "smtp://x?tls=1",
        "smtp://x?starttls=maybe",
        "smtp://u@x",
        "smtp://a b",
        "smtp://x#y",
    ],
    "log-delivery": ["http://", "http://x:port", "s3://bucket", "https://a b", "/dev/null", "a\0b"],
    "compromised-passwords": ["/there/is/none", "/dev", "a\0b"],
    "roles": ["/there/is/none", "/dev", "/dev/null", "a\0b"],
    "strict-signatures": ["perhaps"],
    "stop-at-eof": ["soon"],
    "allowed-origins": [
        *[",", "*", "null", "app.example", "https://", "https://app.example/path", "https://app.example?a=b"],
        *["https://*.example", "https://a b", "https://u@app.example", "https://bücher.example", "https://a.example."],
        *["https://a.example:0", "https://a.example:65536", "https://a.example:port", "https://a.example;http://b"],
    ],
    "allowed-hosts": [
        *[
            ",",
            "*",
            "*.example",
            ".example",
            "a.example.",
            "a.example:80",
            "http://a.example",
            "bücher.example",
            "a..b",
        ],
        *["a b", "u@a.example", "[::1]", "-a.example", "a.example/", "a" * 64],
    ],
    "url-file": ["/", ".", "here/"],
    "social": ["fake", "Real", "stand-in,real"],
    "log-format": ["xml", "JSON"],
    "threads": ["0", "257", "-1", "x", "9" * 5000],
    "workers": ["0", "65", "-1", "x", "2.0"],
}
