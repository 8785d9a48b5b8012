using System.Text.RegularExpressions;
using Akka.Configuration;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KafkaActors.Tidy.Tests;

/// <summary>
/// Holds the configuration and the code against decision 13: every pool has a row there, every row its pool, threads
/// are made where a row says so and nowhere else, and pools that wait for one another form no circle.
/// </summary>
public sealed partial class PoolRecordTests
{
    private const string Record = "src/decisions/0013-every-pool-and-every-budget.md";
    private const string Page = "hocon/reference/bulkheads.conf";
    private const string ThreadMaker = "src/KafkaActors.Storage/WorkPool.cs";

    private static readonly string[][] Rows = TableOf("| pool | made in | size |");

    private static IEnumerable<string> Pools => Rows.Select(row => row[0]);

    [Test]
    public void Every_key_of_the_page_stands_in_the_record_and_every_key_of_the_record_on_the_page()
    {
        string[] onPage = [.. Keys(ConfigurationFactory.ParseString(Repository.ReadText(Page))
            .GetConfig("kafka-actors"))];
        string[] inRecord =
            [.. Rows.SelectMany(row => Quoted(row[2])), .. BudgetRows.SelectMany(row => Quoted(row[1]))];
        Assert.That(onPage, Is.Not.Empty.And.SubsetOf(inRecord), "keys of the page without a row");
        Assert.That(inRecord, Is.SubsetOf(onPage), "keys of the record that the page does not have");
    }

    [Test]
    public void Threads_are_made_where_the_record_says_and_nowhere_else()
    {
        string[] made = [.. Repository.Sources.Where(MakesThreads).Select(file => file.Path).Except([ThreadMaker])];
        string[] recorded = [.. Rows.SelectMany(row => Quoted(row[1])).Where(path => path != Page).Distinct()];
        Assert.That(made, Is.EquivalentTo(recorded));
    }

    [Test]
    public void No_pool_waits_for_itself_by_way_of_others()
    {
        Dictionary<string, string[]> waitsFor = Rows.ToDictionary(
            row => row[0], row => Pools.Where(pool => Names(row[5], pool)).ToArray());
        Assert.That(waitsFor.Values.SelectMany(pools => pools), Is.Not.Empty);
        foreach (string pool in waitsFor.Keys)
            Assert.That(Reachable(waitsFor, pool), Does.Not.Contain(pool), $"{pool} waits for itself");
    }

    [TestCase("class C { object t = new Thread(() => { }); }", true)]
    [TestCase("class C { object t = new WorkPool(\"a\", 1); }", true)]
    [TestCase("class C { WorkPool P { get; } = new(\"a\", threads: 1); }", true)]
    [TestCase("class C { object t = Task.Run(() => { }); }", true)]
    [TestCase("class C { object t = Task.Factory.StartNew(() => { }); }", true)]
    [TestCase("class C { bool b = ThreadPool.SetMinThreads(1, 1); }", true)]
    [TestCase("class C { Task T() => Task.CompletedTask; /* Task.Run( */ }", false)]
    public void What_makes_threads_is_recognised(string code, bool isMade) =>
        Assert.That(MakesThreads(new SourceFile("src/C.cs", code)), Is.EqualTo(isMade));

    private static string[][] BudgetRows => TableOf("| budget | key |");

    private static bool MakesThreads(SourceFile file) => file.Syntax.DescendantNodes().Any(node => node switch
    {
        ObjectCreationExpressionSyntax created => created.Type.ToString() is "Thread" or "WorkPool",
        ImplicitObjectCreationExpressionSyntax { Parent.Parent: PropertyDeclarationSyntax property } =>
            property.Type.ToString() is "Thread" or "WorkPool",
        MemberAccessExpressionSyntax access => access.ToString() is "Task.Run" or "Task.Factory.StartNew"
            or "ThreadPool.SetMinThreads" or "ThreadPool.QueueUserWorkItem" or "ThreadPool.UnsafeQueueUserWorkItem",
        _ => false,
    });

    private static HashSet<string> Reachable(Dictionary<string, string[]> waitsFor, string from)
    {
        var reached = new HashSet<string>();
        var next = new Queue<string>(waitsFor[from]);
        while (next.TryDequeue(out string? pool))
            if (reached.Add(pool))
                foreach (string further in waitsFor[pool]) next.Enqueue(further);
        return reached;
    }

    private static bool Names(string cell, string pool) =>
        Regex.IsMatch(cell, $@"(^|, |: ){Regex.Escape(pool)}($|,|;)");

    private static string[][] TableOf(string header) =>
        [.. Repository.ReadText(Record).Split('\n')
            .SkipWhile(line => !line.StartsWith(header, StringComparison.Ordinal))
            .Skip(2).TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries))];

    private static IEnumerable<string> Quoted(string cell) =>
        CodeQuote().Matches(cell).Select(match => match.Groups[1].Value);

    // A dispatcher is one key, whatever it says of itself.
    private static IEnumerable<string> Keys(Config config) => Flatten("", config.Root)
        .Select(key => key.StartsWith("dispatchers.", StringComparison.Ordinal)
            ? string.Join('.', key.Split('.').Take(2))
            : key)
        .Distinct();

    private static IEnumerable<string> Flatten(string prefix, Akka.Configuration.Hocon.HoconValue value) =>
        value.IsObject()
            ? value.GetObject().Items.SelectMany(item =>
                Flatten(prefix.Length == 0 ? item.Key : $"{prefix}.{item.Key}", item.Value))
            : [prefix];

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeQuote();
}
