\restrict abc def
