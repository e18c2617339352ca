// Posts the answer of the stand-in provider. Without scripts, the button does.
document.getElementById("answer").submit();
