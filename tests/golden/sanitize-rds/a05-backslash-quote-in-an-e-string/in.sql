SELECT E'it\'s; fine';
SELECT e'it\'s;
LISTEN inside;
\\\'', type'\';
LISTEN probe;
