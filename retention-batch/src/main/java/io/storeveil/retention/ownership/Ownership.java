package io.storeveil.retention.ownership;

import io.storeveil.policy.Column;
import io.storeveil.policy.ColumnRef;
import io.storeveil.policy.Owner;
import io.storeveil.policy.OwnerKeySource;
import io.storeveil.policy.Policy;
import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.catalog.CatalogColumn;
import io.storeveil.retention.catalog.CatalogTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jgrapht.Graph;
import org.jgrapht.alg.connectivity.KosarajuStrongConnectivityInspector;
import org.jgrapht.graph.DefaultDirectedGraph;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.traverse.TopologicalOrderIterator;

/** Whose rows are whose, and which tables must be emptied before which: the policy's links and the database's keys. */
public final class Ownership {

    private final Policy policy;
    private final Catalog catalog;
    private final List<List<TableName>> components;
    private final List<TableName> childrenFirst;
    private final Set<TableName> keyOwners;

    public Ownership(Policy policy, Catalog catalog) {
        this.policy = policy;
        this.catalog = catalog;
        this.components = components(policy, catalog);
        this.childrenFirst = components.stream().flatMap(List::stream).toList();
        this.keyOwners = keyOwners(policy, catalog);
    }

    public Policy policy() {
        return policy;
    }

    public Catalog catalog() {
        return catalog;
    }

    /** Every captured table that the database has; tables in a cycle stand next to each other. */
    public List<TableName> childrenFirst() {
        return childrenFirst;
    }

    /** The same, those in a cycle together: none of them can be emptied before the others. */
    public List<List<TableName>> components() {
        return components;
    }

    /** @throws IllegalArgumentException if policy or database does not have it */
    public Table table(TableName name) {
        return policy.table(name).orElseThrow(() -> new IllegalArgumentException(name + " is not in the policy"));
    }

    public CatalogTable described(TableName name) {
        return catalog.table(name).orElseThrow(() -> new IllegalArgumentException(name + " is not in the database"));
    }

    public CatalogColumn column(TableName table, String column) {
        return described(table)
                .column(column)
                .orElseThrow(() -> new IllegalArgumentException(table + "." + column + " is not in the database"));
    }

    public List<Link> linksOf(TableName child) {
        Table table = table(child);
        List<Link> links = new ArrayList<>();
        for (int position = 0; position < table.owners().size(); position++) {
            links.add(new Link(table, position));
        }
        return links;
    }

    public List<Link> linksInto(TableName owner) {
        return childrenFirst.stream()
                .flatMap(child -> linksOf(child).stream())
                .filter(link -> link.to().equals(owner))
                .toList();
    }

    /** True if a row can have one owner at most by this link, which is found as an index spells it. */
    boolean one(Link link) {
        return !link.toItself() && link.owner().cast() == null && unique(link);
    }

    /** True if the columns that the link goes to are never the same in two rows: it is no mere identifier. */
    public boolean unique(Link link) {
        if (catalog.table(link.to()).isEmpty()) {
            return false;
        }
        Set<String> owned = Set.copyOf(link.owner().on().values());
        CatalogTable owner = described(link.to());
        return owned.equals(Set.copyOf(owner.primaryKey()))
                || owner.indexes().stream()
                        .anyMatch(index -> index.unique()
                                && index.complete()
                                && index.predicate() == null
                                && index.usable()
                                && owned.equals(Set.copyOf(index.columns())));
    }

    /** True if the link names the owner's whole key; else it is an identifier, by which nobody is held. */
    boolean byKey(Link link) {
        return Set.copyOf(ownerKey(link.to()))
                .equals(Set.copyOf(link.owner().on().values()));
    }

    /** True if a foreign key sees to it that every row has an owner by this link. */
    boolean always(Link link) {
        return link.owner().when().isEmpty()
                && link.owner().on().keySet().stream()
                        .noneMatch(column -> column(link.from(), column).nullable())
                && described(link.from()).foreignKeys().stream()
                        .anyMatch(key -> key.validated()
                                && key.references().equals(link.to())
                                && key.pairs().equals(link.owner().on()));
    }

    /** True if a row's children by this link are found without reading their whole table. */
    public boolean indexed(Link link) {
        return described(link.from()).indexOn(link.owner().on().keySet()).isPresent();
    }

    /** True if rows of this table may belong to a person of this kind. */
    public boolean leadsTo(TableName table, SubjectKind kind) {
        return leadsTo(table, kind, new HashSet<>());
    }

    private boolean leadsTo(TableName table, SubjectKind kind, Set<TableName> seen) {
        return table.equals(kind.table())
                || (seen.add(table)
                        && policy.table(table).stream()
                                .flatMap(found -> found.owners().stream())
                                .anyMatch(owner -> leadsTo(owner.to(), kind, seen)));
    }

    public List<SubjectKind> kindsOf(TableName table) {
        return policy.subjects().values().stream()
                .filter(kind -> leadsTo(table, kind))
                .toList();
    }

    /** The purposes that keep a row: the table's and its columns', or, where there are none, its owner's. */
    public Set<String> rowPurposes(TableName name) {
        return rowPurposes(name, new HashSet<>());
    }

    private Set<String> rowPurposes(TableName name, Set<TableName> seen) {
        Set<String> purposes = new TreeSet<>(table(name).purposes());
        table(name).columns().values().forEach(column -> purposes.addAll(column.purposes()));
        if (purposes.isEmpty() && seen.add(name)) {
            for (Owner owner : table(name).owners()) {
                if (policy.table(owner.to()).isPresent()) {
                    purposes.addAll(rowPurposes(owner.to(), seen));
                }
            }
        }
        return purposes;
    }

    public Set<String> columnPurposes(TableName table, Column column) {
        return column.purposes().isEmpty() ? rowPurposes(table) : new TreeSet<>(column.purposes());
    }

    /** True if encrypted columns, here or in other tables, are under keys of this table's rows. */
    public boolean ownsKeys(TableName name) {
        return keyOwners.contains(name);
    }

    /** Behind an owner that every row has, no other is ever asked for. */
    private static Set<TableName> keyOwners(Policy policy, Catalog catalog) {
        Set<TableName> owners = new HashSet<>();
        for (Table table : policy.tables().values()) {
            if (table.columns().values().stream().anyMatch(Column::ownerKeyed)) {
                for (OwnerKeySource source : policy.ownerKeySources(table)) {
                    owners.add(source.kind());
                    if (onEveryRow(source, catalog.table(table.name()))) {
                        break;
                    }
                }
            }
        }
        return owners;
    }

    private static boolean onEveryRow(OwnerKeySource source, Optional<CatalogTable> table) {
        return source.when().isEmpty()
                && table.isPresent()
                && source.columns().stream().allMatch(column -> table.get()
                        .column(column)
                        .map(found -> !found.nullable())
                        .orElse(false));
    }

    /** The columns that name a row of this table's as an owner of keys, in the order of its key. */
    public List<String> ownerKey(TableName name) {
        return policy.subjectOf(name).map(SubjectKind::key).orElse(table(name).key());
    }

    /** What leads from this table's rows to rows that several people share. */
    public List<Reference> toShared(TableName name) {
        return referencesOf(name).filter(reference -> shared(reference.to())).toList();
    }

    public boolean shared(TableName name) {
        return policy.table(name).map(Table::shared).orElse(false);
    }

    /** The foreign keys to this table, and the columns of which the policy says the same. */
    public List<Reference> referencesInto(TableName name) {
        return catalog.tables().keySet().stream()
                .flatMap(this::referencesOf)
                .filter(reference -> reference.to().equals(name))
                .toList();
    }

    private Stream<Reference> referencesOf(TableName name) {
        List<Reference> declared =
                described(name).foreignKeys().stream().map(Reference::of).toList();
        Stream<Reference> said = policy.table(name).stream()
                .filter(table -> table.captured())
                .flatMap(table -> table.columns().values().stream())
                .filter(column -> described(name).column(column.name()).isPresent())
                .flatMap(column -> said(name, column).stream())
                .filter(reference -> declared.stream()
                        .noneMatch(known -> known.to().equals(reference.to())
                                && known.on()
                                        .entrySet()
                                        .containsAll(reference.on().entrySet())));
        return Stream.concat(declared.stream(), said);
    }

    private Optional<Reference> said(TableName name, Column column) {
        ColumnRef references = column.references();
        return references == null
                ? Optional.empty()
                : catalog.column(references.table(), references.column())
                        .map(named -> new Reference(
                                name,
                                references.table(),
                                Map.of(column.name(), references.column()),
                                !named.baseType()
                                        .equals(column(name, column.name()).baseType())));
    }

    /** Columns that find rows of other tables, and would lose them with an at-rest value. */
    public Set<String> linking(TableName name) {
        Set<String> columns = new LinkedHashSet<>(described(name).primaryKey());
        columns.addAll(table(name).key());
        described(name).foreignKeys().forEach(key -> columns.addAll(key.columns()));
        return columns;
    }

    /** True for a foreign key's column that owns nothing and names no row of its own: another row can stand there. */
    boolean mayNameAnother(TableName name, String column) {
        return !described(name).primaryKey().contains(column)
                && !table(name).key().contains(column)
                && table(name).owners().stream().noneMatch(owner -> owner.on().containsKey(column));
    }

    private static List<List<TableName>> components(Policy policy, Catalog catalog) {
        Graph<TableName, DefaultEdge> needs = new DefaultDirectedGraph<>(DefaultEdge.class);
        policy.tables().values().stream()
                .filter(table -> table.captured() && catalog.table(table.name()).isPresent())
                .forEach(table -> needs.addVertex(table.name()));
        policy.tables().values().stream()
                .filter(table -> needs.containsVertex(table.name()))
                .forEach(table -> {
                    table.owners().forEach(owner -> edge(needs, table.name(), owner.to()));
                    table.columns().values().stream()
                            .map(Column::references)
                            .filter(Objects::nonNull)
                            .forEach(references -> edge(needs, table.name(), references.table()));
                });
        catalog.foreignKeys().forEach(key -> edge(needs, key.table(), key.references()));
        Graph<Graph<TableName, DefaultEdge>, DefaultEdge> condensed =
                new KosarajuStrongConnectivityInspector<>(needs).getCondensation();
        List<List<TableName>> order = new ArrayList<>();
        new TopologicalOrderIterator<>(condensed)
                .forEachRemaining(component ->
                        order.add(component.vertexSet().stream().sorted().toList()));
        return List.copyOf(order);
    }

    private static void edge(Graph<TableName, DefaultEdge> needs, TableName child, TableName parent) {
        if (!child.equals(parent) && needs.containsVertex(child) && needs.containsVertex(parent)) {
            needs.addEdge(child, parent);
        }
    }
}
