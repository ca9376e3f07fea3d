package io.storeveil.demo.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PersonTest {

    private final List<Person> people = IntStream.range(0, Shop.CUSTOMERS)
            .mapToObj(number -> new Person(number, 42))
            .toList();

    @Test
    void nobodySharesAnythingWithAnybody() {
        List<Function<Person, ?>> values = List.of(
                Person::id,
                Person::publicId,
                Person::email,
                Person::first,
                Person::last,
                Person::phone,
                Person::dateOfBirth,
                Person::passwordHash,
                Person::loyaltyNumber,
                Person::storeCredit,
                Person::callAfter,
                Person::ip,
                Person::latitude,
                Person::interests);

        assertThat(values)
                .allSatisfy(value -> assertThat(people.stream().map(value)).doesNotHaveDuplicates());
    }

    @Test
    void nobodyIsBornOnADayThatGeneralisingGives() {
        assertThat(people).extracting(Person::dateOfBirth).noneMatch(day -> day.getDayOfYear() == 1);
    }

    @Test
    void aNumberOfDays_isNoQuantityAndNoProduct() {
        assertThat(people)
                .extracting(Person::dateOfBirth)
                .extracting(LocalDate::toEpochDay)
                .noneMatch(days -> Math.abs(days) < 100);
    }
}
