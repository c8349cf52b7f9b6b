SELECT $$
\echo in_dollar
$$, '
\! id
', "
\q
" /*
\copy t from program 'x'
*/;
LISTEN probe;
