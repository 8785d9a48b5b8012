using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KafkaActors.Tidy.Tests;

/// <summary>One name means one thing in the whole product.</summary>
public sealed class TypeNameTests
{
    // One thing seen from two sides, which do not reference each other.
    private static readonly Dictionary<string, string> Shared = new()
    {
        ["RangeAssignor"] = "Kafka's assignor, of the client for classic groups and of the node for consumer groups",
        ["NewTopic"] = "what the client asks for and the controller decides about",
        ["NewPartitions"] = "what the client asks for and the controller decides about",
        ["TopicResult"] = "what the controller decided and the client is told",
        ["ResourceResult"] = "what the controller decided and the client is told",
        ["ConfigSynonym"] = "what the node describes and the client is told",
    };

    private static readonly string[] Twice =
    [
        .. Repository.Sources
            .SelectMany(file => file.Syntax.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
                .Where(type => type.Parent is BaseNamespaceDeclarationSyntax)
                .Select(type => (Name: type.Identifier.Text, Space: type.Parent!.ChildNodes().First().ToString())))
            .Distinct()
            .GroupBy(type => type.Name).Where(group => group.Count() > 1).Select(group => group.Key),
    ];

    [Test]
    public void No_two_types_have_one_name() =>
        Assert.That(Twice.Except(Shared.Keys), Is.Empty, "name one of them for what it is");

    [Test]
    public void A_name_that_is_shared_has_two_types() =>
        Assert.That(Shared.Keys.Except(Twice), Is.Empty, "take it off the list");
}
