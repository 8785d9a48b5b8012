using Microsoft.CodeAnalysis;

namespace KafkaActors.Tidy.Tests;

public sealed class BannedUseTests
{
    private static readonly Allowance[] Allowances =
    [
        new(
            "src/KafkaActors.Coordination/Controllers/ControllerRequests.cs", ".Result",
            "of a Decision, which is no task"),
        new(
            "src/KafkaActors.Broker/Hosting/IdleCollection.cs",
            "GC.Collect",
            "a process that is idle after a flood collects nothing by itself, decision 13"),
        new(
            "src/KafkaActors.Broker/Listener/LargeArrays.cs",
            "GC.Collect",
            "arrays of megabytes that no budget counts any more gather faster than they are looked at, decision 13"),
    ];

    private static IEnumerable<BannedUse> InSources => BannedUses.InSources;

    private static IEnumerable<BannedUse> InTests => BannedUses.InTests;

    [TestCaseSource(nameof(InSources))]
    public void Production_code_does_without(object banned) => AssertAbsent((BannedUse)banned, Repository.Sources);

    [TestCaseSource(nameof(InTests))]
    public void Tests_do_without(object banned) => AssertAbsent((BannedUse)banned, Repository.TestSources);

    [TestCase("Thread.Sleep", "class C { void M() => Thread.Sleep(1); }", true)]
    [TestCase("Thread.Sleep", "class C { string s = \"Thread.Sleep(1)\"; /* Thread.Sleep(1) */ }", false)]
    [TestCase(".Result", "class C { int M(Task<int> t) => t.Result; }", true)]
    [TestCase(".Wait()", "class C { void M(Task t) => t.Wait(5); }", true)]
    [TestCase("GetAwaiter().GetResult()", "class C { void M(Task t) => t.GetAwaiter().GetResult(); }", true)]
    [TestCase("async void", "class C { async void M() { } }", true)]
    [TestCase("DateTime.UtcNow", "class C { object o = DateTime.UtcNow; }", true)]
    [TestCase("new Random()", "class C { Random r = new Random(); }", true)]
    [TestCase("new Random()", "class C { Random r = new Random(5); }", false)]
    [TestCase("CreateUnbounded", "class C { object o = Channel.CreateUnbounded<int>(); }", true)]
    [TestCase("FlushToDisk", "class C { void M(SafeFileHandle h) => RandomAccess.FlushToDisk(h); }", true)]
    [TestCase("Flush(flushToDisk)", "class C { void M(FileStream s) => s.Flush(true); }", true)]
    [TestCase("Flush(flushToDisk)", "class C { void M(FileStream s) => s.Flush(flushToDisk: true); }", true)]
    [TestCase("Flush(flushToDisk)", "class C { void M(Flusher f) => f.Flush(includeActive: true); }", false)]
    [TestCase("Task.Delay without a clock", "class C { Task M() => Task.Delay(5); }", true)]
    [TestCase("Task.Delay without a clock", "class C { Task M() => Task.Delay(span, timeProvider); }", false)]
    public void A_banned_use_is_found_in_code_and_only_there(string name, string code, bool found)
    {
        BannedUse banned = BannedUses.InSources.Single(use => use.Name == name);
        Assert.That(Uses(new SourceFile("src/C.cs", code), banned).Any(), Is.EqualTo(found));
    }

    [Test]
    public void Every_allowance_is_needed_and_says_why()
    {
        foreach (Allowance allowance in Allowances)
        {
            Assert.That(allowance.Reason, Is.Not.Empty);
            Assert.That(Repository.Exists(allowance.Path), Is.True, allowance.Path);
        }
    }

    private static void AssertAbsent(BannedUse banned, IEnumerable<SourceFile> files)
    {
        string[] found = [.. files
            .Where(file => !banned.NotUnder.Any(prefix => file.Path.StartsWith(prefix, StringComparison.Ordinal)))
            .Where(file => !Allowances.Any(allowed => allowed.Path == file.Path && allowed.Banned == banned.Name))
            .SelectMany(file => Uses(file, banned).Select(file.At))];
        Assert.That(found, Is.Empty, $"{banned.Name} is banned; use {banned.Replacement}");
    }

    private static IEnumerable<SyntaxNode> Uses(SourceFile file, BannedUse banned) =>
        file.Syntax.DescendantNodes().Where(banned.Matches);
}
