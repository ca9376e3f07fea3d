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
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
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
    /** As many bits as the column has, the first one lowest; Debezium leaves out zero bytes at the end, sinks need one. */
    BITS(Kind.BYTES) {
        @Override
        Object write(Object value, Schema schema) {
            byte[] bytes = (byte[]) value;
            int bits = number(schema, "length", Integer.MAX_VALUE);
            int all = bits == Integer.MAX_VALUE ? 1 : (bits + 7) / 8;
            return Arrays.copyOf(bytes, Math.max(bytes.length, all));
        }
    },
    /** A number of more digits than the column takes becomes the last one that it takes. */
    DECIMAL(Kind.DECIMAL) {
        @Override
        Object write(Object value, Schema schema) {
            BigDecimal decimal = ((BigDecimal) value).setScale(number(schema, Decimal.SCALE_FIELD, 0));
            int digits = number(schema, "connect.decimal.precision", Integer.MAX_VALUE);
            if (decimal.precision() <= digits || decimal.scale() > LARGEST_SCALE) {
                return decimal;
            }
            BigInteger last = BigInteger.TEN.pow(digits).subtract(BigInteger.ONE);
            return new BigDecimal(decimal.signum() < 0 ? last.negate() : last, decimal.scale());
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
            long day = ((LocalDate) value).toEpochDay();
            return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, day));
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
    ISO_DATE(Kind.DATE) {
        @Override
        Object read(Object value) {
            return DateTimeFormatter.ISO_OFFSET_DATE.parse((String) value, LocalDate::from);
        }

        @Override
        Object write(Object value, Schema schema) {
            return DateTimeFormatter.ISO_OFFSET_DATE.format(
                    ((LocalDate) value).atStartOfDay().atOffset(ZoneOffset.UTC));
        }
    },
    ISO_TIME(Kind.TIME) {
        @Override
        Object read(Object value) {
            return OffsetTime.parse((String) value).toLocalTime();
        }

        @Override
        Object write(Object value, Schema schema) {
            LocalTime time = value.equals(END_OF_DAY) ? LocalTime.MIDNIGHT : (LocalTime) value;
            return DateTimeFormatter.ISO_OFFSET_TIME.format(time.atOffset(ZoneOffset.UTC));
        }
    },
    ISO_TIMESTAMP(Kind.TIMESTAMP) {
        @Override
        Object read(Object value) {
            return OffsetDateTime.parse((String) value).toLocalDateTime();
        }

        @Override
        Object write(Object value, Schema schema) {
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(((LocalDateTime) value).atOffset(ZoneOffset.UTC));
        }
    },
    MILLI_TIME(Kind.TIME) {
        @Override
        Object read(Object value) {
            return time(value, TimeUnit.MILLISECONDS);
        }

        @Override
        Object write(Object value, Schema schema) {
            return (int) sinceMidnight(value, TimeUnit.MILLISECONDS);
        }
    },
    MICRO_TIME(Kind.TIME) {
        @Override
        Object read(Object value) {
            return time(value, TimeUnit.MICROSECONDS);
        }

        @Override
        Object write(Object value, Schema schema) {
            return sinceMidnight(value, TimeUnit.MICROSECONDS);
        }
    },
    NANO_TIME(Kind.TIME) {
        @Override
        Object read(Object value) {
            return time(value, TimeUnit.NANOSECONDS);
        }

        @Override
        Object write(Object value, Schema schema) {
            return sinceMidnight(value, TimeUnit.NANOSECONDS);
        }
    },
    CONNECT_TIME(Kind.TIME) {
        @Override
        Object read(Object value) {
            return time(((Date) value).getTime(), TimeUnit.MILLISECONDS);
        }

        @Override
        Object write(Object value, Schema schema) {
            return new Date(sinceMidnight(value, TimeUnit.MILLISECONDS));
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
                case "infinity" -> INFINITELY_LATE;
                case "-infinity" -> INFINITELY_EARLY;
                default -> OffsetDateTime.parse((String) value).toInstant();
            };
        }

        @Override
        Object write(Object value, Schema schema) {
            Instant moment = (Instant) value;
            if (moment.equals(INFINITELY_LATE)) {
                return "infinity";
            }
            return moment.equals(INFINITELY_EARLY)
                    ? "-infinity"
                    : DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(moment.atOffset(ZoneOffset.UTC));
        }
    };

    /** What PostgreSQL's driver, and so Debezium, says for infinite timestamps; a coarser one can lie outside of a long. */
    private static final long INFINITY = 9_223_372_036_825_200_000L;

    private static final long MINUS_INFINITY = -9_223_372_036_832_400_000L;
    /** Moments of PostgreSQL's first and last years, finer than any that it has; the start of their year it has too. */
    private static final Instant INFINITELY_LATE = Instant.parse("+294276-12-31T23:59:59.999999999Z");

    private static final Instant INFINITELY_EARLY = Instant.parse("-4700-01-01T00:00:00.000000001Z");
    /** Of a numeric with a negative scale Debezium says 2046 and the like, PostgreSQL's own bits of it. */
    private static final int LARGEST_SCALE = 1000;

    /** Stands for 24:00:00, as in PostgreSQL's own driver: no time of the database is as fine. */
    private static final LocalTime END_OF_DAY = LocalTime.MAX;

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
            case "BYTES io.debezium.data.Bits" -> BITS;
            case "INT32 org.apache.kafka.connect.data.Date" -> CONNECT_DATE;
            case "INT32 org.apache.kafka.connect.data.Time" -> CONNECT_TIME;
            case "INT64 org.apache.kafka.connect.data.Timestamp" -> CONNECT_TIMESTAMP;
            case "STRUCT io.debezium.data.VariableScaleDecimal" -> VARIABLE_DECIMAL;
            case "STRING io.debezium.data.Uuid" -> UUID;
            case "STRING io.debezium.data.Json" -> JSON;
            case "INT32 io.debezium.time.Date" -> EPOCH_DAY;
            case "STRING io.debezium.time.IsoDate" -> ISO_DATE;
            case "STRING io.debezium.time.IsoTime", "STRING io.debezium.time.ZonedTime" -> ISO_TIME;
            case "STRING io.debezium.time.IsoTimestamp" -> ISO_TIMESTAMP;
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
        long number = ((Number) value).longValue();
        return number == unit.convert(1, TimeUnit.DAYS) ? END_OF_DAY : LocalTime.ofNanoOfDay(unit.toNanos(number));
    }

    private static long sinceMidnight(Object value, TimeUnit unit) {
        return value.equals(END_OF_DAY)
                ? unit.convert(1, TimeUnit.DAYS)
                : unit.convert(((LocalTime) value).toNanoOfDay(), TimeUnit.NANOSECONDS);
    }

    private static int number(Schema schema, String parameter, int otherwise) {
        String number = schema.parameters() == null ? null : schema.parameters().get(parameter);
        return number == null ? otherwise : Integer.parseInt(number);
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
        long fraction = moment.getNano() / (1_000_000_000 / perSecond);
        if (Math.abs(second) < Long.MAX_VALUE / perSecond) {
            return second * perSecond + fraction;
        }
        BigInteger number = BigInteger.valueOf(second)
                .multiply(BigInteger.valueOf(perSecond))
                .add(BigInteger.valueOf(fraction));
        if (number.bitLength() < Long.SIZE) {
            return number.longValue();
        }
        return second < 0 ? MINUS_INFINITY : INFINITY;
    }
}
