SET standard_conforming_strings = off;
SET standard_conforming_strings = on; CREATE ROLE r SUPERUSER; SELECT 'a\'; \! id
';
