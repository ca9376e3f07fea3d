package io.storeveil.benchmarks.sweep;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;

/**
 * What a piece of work took.
 *
 * @param rows   that it changed
 * @param client processor time of this virtual machine
 * @param server processor time of all of PostgreSQL's processes
 * @param heap   most bytes of the heap in use at once, garbage included
 */
record Taken(long rows, Duration wall, Duration client, Duration server, long heap) {

    static Taken by(Cluster cluster, Callable<Long> work) throws Exception {
        List<MemoryPoolMXBean> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
        OperatingSystemMXBean machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        System.gc();
        heap.forEach(MemoryPoolMXBean::resetPeakUsage);
        long client = machine.getProcessCpuTime();
        Duration server = cluster.processorTime();
        long begun = System.nanoTime();
        long rows = work.call();
        return new Taken(
                rows,
                Duration.ofNanos(System.nanoTime() - begun),
                Duration.ofNanos(machine.getProcessCpuTime() - client),
                cluster.processorTime().minus(server),
                heap.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum());
    }

    double perSecond() {
        return rows / seconds(wall);
    }

    /** Microseconds of both sides' processors for a row. */
    double processor() {
        return (seconds(client) + seconds(server)) * 1e6 / rows;
    }

    static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    static double median(List<Taken> all, ToDoubleFunction<Taken> figure) {
        return median(all.stream().mapToDouble(figure).toArray());
    }

    static double median(double... figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
