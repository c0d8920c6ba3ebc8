(component
  (component $c
    (type $id (record (field "id" u32) (field "URL" string)))
    (export "id" (type $id)))
  (instance $ids (instantiate $c))
  (export "acme:a/ids@0.1.0" (instance $ids)))
