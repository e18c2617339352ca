// Tells, while a password is typed, which rules of the pool it keeps. The server checks them all the same.
"use strict";
(() => {
  const kinds = {
    RequireUppercase: /[A-Z]/,
    RequireLowercase: /[a-z]/,
    RequireNumbers: /[0-9]/,
    RequireSymbols: /[\^$*.\[\]{}()?"!@#%&/\\,><':;|_~`=+\-]|\S +\S/,
  };
  const field = document.getElementById("password");
  const keeps = (rule, password) =>
    rule.dataset.rule === "MinimumLength"
      ? password.length >= Number(rule.dataset.value)
      : kinds[rule.dataset.rule].test(password);
  field.addEventListener("input", () => {
    for (const rule of document.querySelectorAll("#rules [data-rule]")) {
      const kept = keeps(rule, field.value);
      rule.dataset.kept = kept ? "yes" : "no";
      rule.classList.toggle("passwordCheck-valid-customizable", kept);
      rule.classList.toggle("passwordCheck-notValid-customizable", !kept);
    }
  });
})();
