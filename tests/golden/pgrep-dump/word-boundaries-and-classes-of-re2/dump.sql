SELECT 'users_x';
SELECT users;
select 123;
