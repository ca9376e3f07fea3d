-- JSON in a text, or null where it is none: what cannot be read must not stop an erasure.
create function storeveil.json_of(text) returns jsonb language plpgsql immutable strict parallel safe as $$
begin
    return $1::jsonb;
exception when others then
    return null;
end
$$;
