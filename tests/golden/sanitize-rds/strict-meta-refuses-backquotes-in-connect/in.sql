\connect `id`
