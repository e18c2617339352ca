"""The login pages, without Flask and HTML: which page comes next, and what a submitted form does.

One module a page, each with `PATH`, `show` and `submit`. They end in a value of `outcomes`, of which `emulator.web`
makes an answer. The rules of sign-in, sign-up and recovery are those of `emulator.domain`. No pages are `federated`,
`pending_sign_ins` and `single_logout`: they send the browser to an identity provider, and take it back.
"""
