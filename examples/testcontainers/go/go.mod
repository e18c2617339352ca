// `go mod tidy` adds what the test imports, in the newest versions.
module example.com/cognito-emulator-testcontainers-example

go 1.24
