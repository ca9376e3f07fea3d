package io.storeveil.retention.sweep;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.configuration.support.MapJobRegistry;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobInstance;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.builder.SimpleJobBuilder;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.launch.support.JobOperatorFactoryBean;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.batch.infrastructure.support.transaction.ResourcelessTransactionManager;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** The steps as a Spring Batch job: one instance per store, business date and attempt; no identifier of a person. */
final class SweepJob {

    private static final String NAME = "sweep";

    private final SweepContext context;
    private final List<Step> steps;
    private @Nullable String waits;

    SweepJob(SweepContext context, List<Step> steps) {
        this.context = context;
        this.steps = steps;
    }

    /** @return whether every step has ended well */
    boolean run() throws Exception {
        JobRepository repository = JobRepositoryTables.open(context.control());
        Job job = job(repository);
        JobOperator operator = operator(repository, job);
        JobParameters parameters = parameters();
        JobInstance instance = repository.getJobInstance(NAME, parameters);
        JobExecution last = instance == null ? null : repository.getLastJobExecution(instance);
        if (last == null) {
            return completed(operator.start(job, parameters));
        }
        if (last.getStatus() == BatchStatus.COMPLETED) {
            return true;
        }
        // The lock is ours: an execution that still says it runs died with its process.
        JobExecution stopped = last.isRunning() ? operator.recover(last) : last;
        settle(repository, stopped);
        return completed(operator.restart(stopped));
    }

    /** What lost its database in the middle cannot say how it ended. It has not ended well; what it did, the journal says. */
    private static void settle(JobRepository repository, JobExecution last) {
        for (StepExecution step : last.getStepExecutions()) {
            if (step.getStatus() == BatchStatus.UNKNOWN) {
                step.setStatus(BatchStatus.FAILED);
                repository.update(step);
            }
        }
        if (last.getStatus() == BatchStatus.UNKNOWN) {
            last.setStatus(BatchStatus.FAILED);
            repository.update(last);
        }
    }

    private static boolean completed(JobExecution execution) {
        return execution.getStatus() == BatchStatus.COMPLETED;
    }

    private JobParameters parameters() {
        Run run = context.run();
        return new JobParametersBuilder()
                .addString("store", run.store())
                .addString("business-date", run.businessDate().toString())
                .addString("attempt", run.attempt() + (run.simulate() ? " simulated" : ""))
                .addString("policy", context.policy().sha256(), false)
                .toJobParameters();
    }

    private Job job(JobRepository repository) {
        SimpleJobBuilder job = null;
        for (Step step : steps) {
            org.springframework.batch.core.step.Step batch = step(repository, step);
            job = job == null ? new JobBuilder(NAME, repository).start(batch) : job.next(batch);
        }
        if (job == null) {
            throw new IllegalStateException("a sweep needs steps");
        }
        return job.build();
    }

    /** Every step looks again after a restart: what the store was while nobody held the lock is not known. */
    private org.springframework.batch.core.step.Step step(JobRepository repository, Step step) {
        return new StepBuilder(step.name(), repository)
                .tasklet(
                        (contribution, chunk) -> {
                            attempt(step);
                            return RepeatStatus.FINISHED;
                        },
                        new ResourcelessTransactionManager())
                .allowStartIfComplete(true)
                .build();
    }

    private void attempt(Step step) {
        RecordedStep recorded = new RecordedStep(step, context);
        if (waits != null) {
            recorded.skip(waits);
            return;
        }
        try {
            if (!recorded.attempt()) {
                throw new StepFailed(step.name() + " failed; see the run's records");
            }
        } catch (WaitsForPerson person) {
            waits = String.valueOf(person.getMessage());
        }
    }

    private JobOperator operator(JobRepository repository, Job job) throws Exception {
        MapJobRegistry registry = new MapJobRegistry();
        registry.register(job);
        JobOperatorFactoryBean factory = new JobOperatorFactoryBean();
        factory.setJobRepository(repository);
        factory.setJobRegistry(registry);
        factory.setTransactionManager(new JdbcTransactionManager(context.control()));
        factory.afterPropertiesSet();
        JobOperator operator = factory.getObject();
        if (operator == null) {
            throw new IllegalStateException("Spring Batch made no job operator");
        }
        return operator;
    }
}
