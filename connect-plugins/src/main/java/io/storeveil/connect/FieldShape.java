package io.storeveil.connect;

import io.storeveil.protect.FieldType;
import io.storeveil.protect.FieldType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * How Connect and Debezium write a {@link FieldType}: both ways between their values and the protections'. One constant
 * for each form; logical names are spelt out, so that Debezium need not be on the plugin's path.
 */
@SuppressWarnings("JavaUtilDate") // Connect's own logical types
enum FieldShape {
    BOOLEAN(Kind.BOOLEAN),
    INTEGER(Kind.INTEGER),
    FLOAT(Kind.FLOAT),
    TEXT(Kind.TEXT),
    JSON(Kind.JSON),
    UUID(Kind.UUID),
    OTHER(Kind.OTHER) {
        @Override
        Object read(Object value) {
            return JsonText.of(value);
        }
    },
    BYTES(Kind.BYTES) {
        @Override
        Object read(Object value) {
            return value instanceof ByteBuffer buffer ? bytes(buffer) : value;
        }

        @Override
        Object write(Object value, Schema schema) {
            return ByteBuffer.wrap((byte[]) value);
        }
    },
    DECIMAL(Kind.DECIMAL) {
        @Override
        Object write(Object value, Schema schema) {
            return ((BigDecimal) value)
                    .setScale(Integer.parseInt(schema.parameters().get(Decimal.SCALE_FIELD)));
        }
    },
    VARIABLE_DECIMAL(Kind.DECIMAL) {
        @Override
        Object read(Object value) {
            Struct struct = (Struct) value;
            Object unscaled = BYTES.read(struct.get("value"));
            return new BigDecimal(new BigInteger((byte[]) unscaled), struct.getInt32("scale"));
        }

        @Override
        Object write(Object value, Schema schema) {
            BigDecimal decimal = (BigDecimal) value;
            return new Struct(schema)
                    .put("scale", decimal.scale())
                    .put("value", decimal.unscaledValue().toByteArray());
        }
    },
    EPOCH_DAY(Kind.DATE) {
        @Override
        Object read(Object value) {
            return LocalDate.ofEpochDay(((Number) value).longValue());
        }

        @Override
        Object write(Object value, Schema schema) {
            return Math.toIntExact(((LocalDate) value).toEpochDay());
        }
    },
    CONNECT_DATE(Kind.DATE) {
        @Override
        Object read(Object value) {
            return LocalDate.ofInstant(((Date) value).toInstant(), ZoneOffset.UTC);
        }

        @Override
        Object write(Object value, Schema schema) {
            return Date.from(((LocalDate) value).atStartOfDay(ZoneOffset.UTC).toInstant());
        }
    },
    MILLI_TIME(Kind.TIME) {
        @Override
        Object read(Object value) {
            return time(value, TimeUnit.MILLISECONDS);
        }

        @Override
        Object write(Object value, Schema schema) {
            return (int) TimeUnit.NANOSECONDS.toMillis(((LocalTime) value).toNanoOfDay());
        }
    },
    MICRO_TIME(Kind.TIME) {
        @Override
        Object read(Object value) {
            return time(value, TimeUnit.MICROSECONDS);
        }

        @Override
        Object write(Object value, Schema schema) {
            return TimeUnit.NANOSECONDS.toMicros(((LocalTime) value).toNanoOfDay());
        }
    },
    NANO_TIME(Kind.TIME) {
        @Override
        Object read(Object value) {
            return time(value, TimeUnit.NANOSECONDS);
        }

        @Override
        Object write(Object value, Schema schema) {
            return ((LocalTime) value).toNanoOfDay();
        }
    },
    CONNECT_TIME(Kind.TIME) {
        @Override
        Object read(Object value) {
            return time(((Date) value).getTime(), TimeUnit.MILLISECONDS);
        }

        @Override
        Object write(Object value, Schema schema) {
            return new Date(TimeUnit.NANOSECONDS.toMillis(((LocalTime) value).toNanoOfDay()));
        }
    },
    MILLI_TIMESTAMP(Kind.TIMESTAMP) {
        @Override
        Object read(Object value) {
            return timestamp(value, 1_000);
        }

        @Override
        Object write(Object value, Schema schema) {
            return since1970(value, 1_000);
        }
    },
    MICRO_TIMESTAMP(Kind.TIMESTAMP) {
        @Override
        Object read(Object value) {
            return timestamp(value, 1_000_000);
        }

        @Override
        Object write(Object value, Schema schema) {
            return since1970(value, 1_000_000);
        }
    },
    NANO_TIMESTAMP(Kind.TIMESTAMP) {
        @Override
        Object read(Object value) {
            return timestamp(value, 1_000_000_000);
        }

        @Override
        Object write(Object value, Schema schema) {
            return since1970(value, 1_000_000_000);
        }
    },
    CONNECT_TIMESTAMP(Kind.TIMESTAMP) {
        @Override
        Object read(Object value) {
            return timestamp(((Date) value).getTime(), 1_000);
        }

        @Override
        Object write(Object value, Schema schema) {
            return new Date(since1970(value, 1_000));
        }
    },
    ZONED_TIMESTAMP(Kind.INSTANT) {
        @Override
        Object read(Object value) {
            return switch ((String) value) {
                case "infinity" -> LATEST;
                case "-infinity" -> EARLIEST;
                default -> OffsetDateTime.parse((String) value).toInstant();
            };
        }

        @Override
        Object write(Object value, Schema schema) {
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(((Instant) value).atOffset(ZoneOffset.UTC));
        }
    };

    /** What PostgreSQL's driver, and so Debezium, says for infinite timestamps; a coarser one can lie outside of a long. */
    private static final long INFINITY = 9_223_372_036_825_200_000L;

    private static final long MINUS_INFINITY = -9_223_372_036_832_400_000L;
    private static final Instant LATEST = LocalDateTime.MAX.toInstant(ZoneOffset.UTC);
    private static final Instant EARLIEST = LocalDateTime.MIN.toInstant(ZoneOffset.UTC);

    private final Kind kind;

    FieldShape(Kind kind) {
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    /** From Connect's value to the protections'. */
    Object read(Object value) {
        return value;
    }

    /** From the protections' value to Connect's. */
    Object write(Object value, Schema schema) {
        return value;
    }

    static FieldShape of(Schema schema) {
        String name = schema.name();
        if (name != null) {
            FieldShape logical = logical(name, schema.type());
            if (logical != null) {
                return logical;
            }
        }
        return switch (schema.type()) {
            case BOOLEAN -> BOOLEAN;
            case INT8, INT16, INT32, INT64 -> INTEGER;
            case FLOAT32, FLOAT64 -> FLOAT;
            case STRING -> TEXT;
            case BYTES -> BYTES;
            case ARRAY, MAP, STRUCT -> OTHER;
        };
    }

    private static @Nullable FieldShape logical(String name, Schema.Type type) {
        return switch (type + " " + name) {
            case "BYTES org.apache.kafka.connect.data.Decimal" -> DECIMAL;
            case "INT32 org.apache.kafka.connect.data.Date" -> CONNECT_DATE;
            case "INT32 org.apache.kafka.connect.data.Time" -> CONNECT_TIME;
            case "INT64 org.apache.kafka.connect.data.Timestamp" -> CONNECT_TIMESTAMP;
            case "STRUCT io.debezium.data.VariableScaleDecimal" -> VARIABLE_DECIMAL;
            case "STRING io.debezium.data.Uuid" -> UUID;
            case "STRING io.debezium.data.Json" -> JSON;
            case "INT32 io.debezium.time.Date" -> EPOCH_DAY;
            case "INT32 io.debezium.time.Time" -> MILLI_TIME;
            case "INT64 io.debezium.time.MicroTime" -> MICRO_TIME;
            case "INT64 io.debezium.time.NanoTime" -> NANO_TIME;
            case "INT64 io.debezium.time.Timestamp" -> MILLI_TIMESTAMP;
            case "INT64 io.debezium.time.MicroTimestamp" -> MICRO_TIMESTAMP;
            case "INT64 io.debezium.time.NanoTimestamp" -> NANO_TIMESTAMP;
            case "STRING io.debezium.time.ZonedTimestamp" -> ZONED_TIMESTAMP;
            default -> null;
        };
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static LocalTime time(Object value, TimeUnit unit) {
        return LocalTime.ofNanoOfDay(unit.toNanos(((Number) value).longValue()));
    }

    private static LocalDateTime timestamp(Object value, long perSecond) {
        long number = ((Number) value).longValue();
        long nano = Math.floorMod(number, perSecond) * (1_000_000_000 / perSecond);
        return LocalDateTime.ofEpochSecond(Math.floorDiv(number, perSecond), (int) nano, ZoneOffset.UTC);
    }

    @SuppressWarnings("JavaLocalDateTimeGetNano")
    private static long since1970(Object value, long perSecond) {
        LocalDateTime moment = (LocalDateTime) value;
        long second = moment.toEpochSecond(ZoneOffset.UTC);
        if (Math.abs(second) > Long.MAX_VALUE / perSecond - 1) {
            return second < 0 ? MINUS_INFINITY : INFINITY;
        }
        return second * perSecond + moment.getNano() / (1_000_000_000 / perSecond);
    }
}
