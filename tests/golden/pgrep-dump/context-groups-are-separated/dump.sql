CREATE a users email;
CREATE b;
CREATE c;
CREATE d;
GRANT e reader;
