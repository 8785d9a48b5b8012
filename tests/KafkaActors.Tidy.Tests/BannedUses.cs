using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KafkaActors.Tidy.Tests;

/// <summary>The list of what is banned, with replacements.</summary>
internal static class BannedUses
{
    private const string Await = "await it; in an actor PipeTo(Self)";
    private const string Clock = "an injected TimeProvider";
    private const string Flush = "ILogFile.Flush, which reports EIO as .NET's own call does not";

    /// <summary>Not in production code.</summary>
    public static IReadOnlyList<BannedUse> InSources { get; } =
    [
        new("Thread.Sleep", "a timer of the TimeProvider, or waiting for the event itself", Member("Thread.Sleep")),
        new("Thread.Abort", "a CancellationToken", Calls("Abort", qualifiedBy: "Thread")),
        new(".Result", Await, node => node is MemberAccessExpressionSyntax { Name.Identifier.Text: "Result" } access
            && access.Parent is not InvocationExpressionSyntax && !IsWritten(access)),
        new(".Wait()", Await, node => Calls("Wait")(node) && !Calls("Wait", qualifiedBy: "Monitor")(node)),
        new("GetAwaiter().GetResult()", Await, node => Calls("GetResult")(node)
            && node.ToString().EndsWith("GetAwaiter().GetResult()", StringComparison.Ordinal)),
        new("Task.WaitAll/WaitAny", "await Task.WhenAll or WhenAny", node => Calls("WaitAll")(node)
            || Calls("WaitAny")(node)),
        new("async void", "async Task", IsAsyncVoid),
        new("DateTime.Now", Clock, Member("DateTime.Now")),
        new("DateTime.UtcNow", Clock, Member("DateTime.UtcNow")),
        new("DateTimeOffset.Now", Clock, Member("DateTimeOffset.Now")),
        new("DateTimeOffset.UtcNow", Clock, Member("DateTimeOffset.UtcNow")),
        new("Environment.TickCount", Clock, node => Member("Environment.TickCount")(node)
            || Member("Environment.TickCount64")(node)),
        new("Console", "a return value, a TextWriter that is handed in, or the log",
            node => node is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax on }
                && on.Identifier.Text == "Console")
        {
            NotUnder = ["src/KafkaActors.Cli/"],
        },
        new("new Random()", "an injected, seeded Random", node =>
            node is ObjectCreationExpressionSyntax { Type: IdentifierNameSyntax { Identifier.Text: "Random" } } created
            && created.ArgumentList is not { Arguments.Count: > 0 }),
        new("Random.Shared", "an injected, seeded Random", Member("Random.Shared")),
        new("CreateUnbounded", "a bounded channel that pushes back", Calls("CreateUnbounded")),
        new("NotImplementedException", "the implementation", Named("NotImplementedException")),
        new("ReceiveAsync", "start the work and PipeTo(Self)", node =>
            node is InvocationExpressionSyntax { Expression: SimpleNameSyntax { Identifier.Text: "ReceiveAsync" } }),
        new("Thread.Suspend/Resume", "an event", Calls("Suspend", qualifiedBy: "Thread")),
        new("GC.Collect", "nothing", Member("GC.Collect")),
        new("MemoryMappedFile", "RandomAccess: a full disk under a map ends the process", Named("MemoryMappedFile")),
        new("FlushToDisk", Flush, Calls("FlushToDisk")),
        new("Flush(flushToDisk)", Flush, node => Calls("Flush")(node)
            && node is InvocationExpressionSyntax { ArgumentList.Arguments: var flags }
            && flags.Any(flag => flag.Expression.IsKind(SyntaxKind.TrueLiteralExpression)
                && flag.NameColon is null or { Name.Identifier.Text: "flushToDisk" })),
        new("Task.Delay without a clock", "Task.Delay(time, timeProvider, token)", node =>
            Calls("Delay", qualifiedBy: "Task")(node)
            && node is InvocationExpressionSyntax { ArgumentList.Arguments: var arguments }
            && !arguments.Any(argument => argument.ToString().Contains("ime", StringComparison.Ordinal)
                && argument.ToString().Contains("rovider", StringComparison.OrdinalIgnoreCase)))
        {
            NotUnder = ["src/KafkaActors.Cli/"],
        },
    ];

    /// <summary>Not in tests either.</summary>
    public static IReadOnlyList<BannedUse> InTests { get; } =
    [
        new("Thread.Sleep", "Eventually, or awaiting the event itself", Member("Thread.Sleep")),
        new("Task.Delay", "Eventually, or awaiting the event itself", Calls("Delay", qualifiedBy: "Task")),
        new("classic assertions", "Assert.That", node => node is MemberAccessExpressionSyntax
        {
            Expression: IdentifierNameSyntax
            {
                Identifier.Text: "ClassicAssert" or "StringAssert" or "CollectionAssert" or "FileAssert",
            },
        }),
        new("async void", "async Task", IsAsyncVoid),
        new("NotImplementedException", "NotSupportedException", Named("NotImplementedException")),
        new("new Random()", "a seeded Random whose seed is printed", node =>
            node is ObjectCreationExpressionSyntax { Type: IdentifierNameSyntax { Identifier.Text: "Random" } } created
            && created.ArgumentList is not { Arguments.Count: > 0 }),
    ];

    private static Func<SyntaxNode, bool> Member(string text) =>
        node => node is MemberAccessExpressionSyntax access && access.ToString() == text;

    private static Func<SyntaxNode, bool> Named(string text) =>
        node => node is IdentifierNameSyntax name && name.Identifier.Text == text;

    private static Func<SyntaxNode, bool> Calls(string method, string? qualifiedBy = null) =>
        node => node is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access }
            && access.Name.Identifier.Text == method
            && (qualifiedBy is null || access.Expression.ToString() == qualifiedBy);

    private static bool IsAsyncVoid(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method =>
            method.ReturnType.ToString() == "void" && method.Modifiers.Any(SyntaxKind.AsyncKeyword),
        LocalFunctionStatementSyntax method =>
            method.ReturnType.ToString() == "void" && method.Modifiers.Any(SyntaxKind.AsyncKeyword),
        _ => false,
    };

    // A value of our own that is called Result can be assigned and named, a Task's cannot.
    private static bool IsWritten(MemberAccessExpressionSyntax access) =>
        access.Parent is AssignmentExpressionSyntax assignment && assignment.Left == access;
}
