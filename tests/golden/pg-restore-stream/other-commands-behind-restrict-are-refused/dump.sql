\restrict abc
\connect other
