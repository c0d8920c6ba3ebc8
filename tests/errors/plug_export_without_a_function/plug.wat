(component
  (import "host" (instance $host
    (export "cursor" (type $cursor (sub resource)))
    (export "[constructor]cursor" (func (param "from" string) (result (own $cursor))))))
  (export "acme:kv/store@0.1.0" (instance $host)))
