(component
  (import "acme:kv/store@0.1.0" (instance
    (export "cursor" (type $cursor (sub resource)))
    (export "[constructor]cursor" (func (param "from" string) (result (own $cursor))))
    (export "[method]cursor.next" (func (param "self" (borrow $cursor)) (result (option (list u8))))))))
