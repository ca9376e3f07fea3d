package io.storeveil.retention.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.OwnerId;
import io.storeveil.retention.control.Finding;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.shred.ShredStep;
import io.storeveil.retention.sweep.SweepContext;
import io.storeveil.retention.testing.NightFixture;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

class CopiesTest {

    private static final OwnerId ERASED = new OwnerId("public.customer", List.of(42L));

    private final NightFixture night = new NightFixture();

    private SweepContext context;
    private JdbcClient warehouse;
    private String ciphertext;

    @BeforeEach
    void anErasedPersonWithAnOrderThatIsKept(@TempDir Path directory) throws Exception {
        context = night.withWarehouse(night.context(directory));
        new RunRecords(context.control(), context.clock())
                .begin(context.run(), context.policy().sha256(), "os:operator");
        KeyReference leaf = context.keys().current().reference(ERASED);
        ciphertext = Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(60)
                        .put((byte) 1)
                        .put(leaf.toBytes())
                        .array());
        warehouse =
                JdbcClient.create(context.settings().warehouse().orElseThrow().dataSource());
        warehouse
                .sql("create table store_public_customer (id text, email text)")
                .update();
        warehouse
                .sql("create table store_public_orders (id text, ship_name text, ship_street text)")
                .update();
        night.journal(context, "delete", "public.customer", "R-2026-0001", leaf);
        night.stub(context, "public.orders", "R-2026-0001", "{ship_name}");
        night.marker(context);
    }

    private List<String> findings() {
        return new RunRecords(context.control(), context.clock())
                .findings(context.run().id()).stream()
                        .filter(finding -> finding.step().equals("verify"))
                        .map(Finding::text)
                        .toList();
    }

    @Test
    void aDeletedRowThatIsStillThereIsFound() {
        warehouse
                .sql("insert into store_public_customer values ('rowref', '[erased]')")
                .update();

        assertThat(Copies.run(context)).isEqualTo(1);

        assertThat(findings())
                .contains("1 rows that requests deleted are still in the warehouse's table store_public_customer");
    }

    @Test
    void aKeptRowIsFoundAsLongAsItsKeyDerives_andNotAfterwards() {
        warehouse
                .sql("insert into store_public_orders values ('stubref', ?, null)")
                .param(ciphertext)
                .update();

        assertThat(Copies.run(context)).isEqualTo(1);
        new ShredStep().run(context);

        assertThat(Copies.run(context)).isZero();
        assertThat(findings()).contains("the warehouse was searched for 2 rows of requests: 0 found");
    }

    @Test
    void aValueThatAPurposeSawIsFound_andTheMarkerIsNot() {
        new ShredStep().run(context);
        warehouse
                .sql("insert into store_public_orders values ('stubref', 'Ada Lane', '[erased]')")
                .update();

        assertThat(Copies.run(context)).isEqualTo(1);

        assertThat(findings())
                .contains("1 rows of erased people can still be read in the warehouse's table store_public_orders");
        warehouse
                .sql("update store_public_orders set ship_name = '[erased]', ship_street = null")
                .update();
        assertThat(Copies.run(context)).isZero();
    }

    @Test
    void aRowThatTheErasureLeftAsItWasIsLookedForAsWell() {
        night.stub(context, "public.order_line", "R-2026-0001", "{}");
        warehouse.sql("create table store_public_order_line (id text)").update();

        Copies.run(context);

        assertThat(findings()).contains("the warehouse was searched for 3 rows of requests: 0 found");
    }

    @Test
    void aTableThatIsNotInTheWarehouseIsNotPassedOver() {
        warehouse.sql("drop table store_public_customer").update();

        assertThat(Copies.run(context)).isEqualTo(1);

        assertThat(findings())
                .contains("the warehouse has no table store_public_customer, so it could not be searched");
    }
}
