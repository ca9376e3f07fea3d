/**
 * One running stack for integration tests: PostgreSQL clusters for store, control and warehouse, a KRaft broker and a
 * Connect worker with the archives that users install, each a process of its own. It starts with the first test class that
 * asks for it and stops after the last. Each test class gets a {@link io.storeveil.demo.stack.Scene} in it: databases, key
 * state, topic prefix, connectors and slot of its own, all removed after the class.
 *
 * <pre>{@code
 * @ExtendWith(Stack.class)
 * class NewColumnIT {
 *     @Test
 *     void aColumnThatThePolicyDoesNotKnow_staysOut(Scene scene) {
 *         scene.execute("create table customer (id bigint primary key, email text)", "insert into customer values (1, 'a@b')");
 *         scene.policy(POLICY);                                      // a file; its settings are in scene.protect()
 *         scene.start(scene.source(Map.of()), scene.sink(Map.of())); // settings given here replace the usual ones
 *         scene.await("the row", () -> scene.warehouse("select count(*) from customer").equals("1"));
 *         assertThat(scene.records("customer")).hasSize(1);          // key, value and headers, as JSON
 *     }
 * }
 * }</pre>
 *
 * <p>{@code scene.worker()} and {@code scene.broker()} can be called, killed, paused and started again, {@code
 * scene.secondWorker()} joins the worker's group, {@link io.storeveil.demo.stack.Jmx} reads a worker's metrics. A test that
 * stops a part starts it again; if it does not, the scene's end does. Test classes take turns: none runs while another does.
 * The workers are set to {@code exactly.once.source.support=enabled}, those of the demo are not.
 */
@NullMarked
package io.storeveil.demo.stack;

import org.jspecify.annotations.NullMarked;
