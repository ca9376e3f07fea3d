package io.storeveil.connect;

import io.storeveil.policy.TableName;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** Knows a change of one table again among the events of one schema, by fields that were looked up once. */
record KnownChange(TableName name, Field op, Field source, Schema sourceSchema, Field schema, Field table) {

    /**
     * @param event a change of the table, as {@link RecordKind} and {@link SourceBlock} say
     * @return null if another event's source block could say it in another way
     */
    static @Nullable KnownChange of(Struct event, TableName name) {
        Schema block = event.getStruct("source").schema();
        Field schema = block.field("schema");
        return schema == null
                ? null
                : new KnownChange(
                        name,
                        event.schema().field("op"),
                        event.schema().field("source"),
                        block,
                        schema,
                        block.field("table"));
    }

    /** @param value of a record of the same schema */
    boolean is(Object value) {
        return value instanceof Struct event
                && RecordKind.isChange(ColumnPlan.value(event, op))
                && ColumnPlan.value(event, source) instanceof Struct block
                && block.schema() == sourceSchema
                && name.name().equals(ColumnPlan.value(block, table))
                && name.schema().equals(ColumnPlan.value(block, schema));
    }
}
