(component
  (import "acme:a/ids@0.1.0" (instance
    (type $id (record (field "ID" u32) (field "url" string)))
    (export "id" (type (eq $id))))))
