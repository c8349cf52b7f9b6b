\restrict abc
\encoding UTF8 \! id
\unrestrict abc
