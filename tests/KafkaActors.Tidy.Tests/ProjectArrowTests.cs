using System.Xml.Linq;

namespace KafkaActors.Tidy.Tests;

/// <summary>Which project may reference which, and which part of Akka.NET each may see.</summary>
public sealed class ProjectArrowTests
{
    private const string AkkaCore = "Akka";
    private const string AnalyzerReference = "AnalyzerReference";

    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["KafkaActors.Protocol"] = [],
        ["KafkaActors.Protocol.Generator"] = [],
        ["KafkaActors.Storage"] = ["KafkaActors.Protocol"],
        ["KafkaActors.Coordination"] = ["KafkaActors.Protocol"],
        ["KafkaActors.Network"] = ["KafkaActors.Protocol"],
        ["KafkaActors.Messages"] = ["KafkaActors.Protocol"],
        ["KafkaActors.Broker"] =
            ["KafkaActors.Storage", "KafkaActors.Coordination", "KafkaActors.Messages", "KafkaActors.Network"],
        ["KafkaActors.Client"] = ["KafkaActors.Messages", "KafkaActors.Network"],
        ["KafkaActors.Streams"] = ["KafkaActors.Client"],
        ["KafkaActors.Testing"] = ["KafkaActors.Broker", "KafkaActors.Client"],
        ["KafkaActors.Cli"] = ["KafkaActors.Broker", "KafkaActors.Client"],
    };

    // What runs in the compiler and never beside the project: no arrow of the layout.
    private static readonly Dictionary<string, string> Generators = new()
    {
        ["KafkaActors.Protocol"] = "KafkaActors.Protocol.Generator",
    };

    // Null: any part of Akka.NET.
    private static readonly Dictionary<string, string[]?> AkkaPackages = new()
    {
        ["KafkaActors.Messages"] = [AkkaCore, "Akka.Remote"],
        ["KafkaActors.Client"] = [AkkaCore, "Akka.Remote", "Akka.Streams"],
        ["KafkaActors.Broker"] = null,
        ["KafkaActors.Testing"] = null,
    };

    private static IEnumerable<string> Projects => Repository.Files
        .Where(path => path.StartsWith("src/", StringComparison.Ordinal))
        .Where(path => path.EndsWith(".csproj", StringComparison.Ordinal));

    [TestCaseSource(nameof(Projects))]
    public void A_project_references_only_what_the_layout_allows(string path)
    {
        string project = Path.GetFileNameWithoutExtension(path);
        Assert.That(Arrows, Contains.Key(project), "a new project needs its arrows here and in src/README.md");
        Assert.That(References(path, "ProjectReference"), Is.SubsetOf(Arrows[project]));
    }

    [TestCaseSource(nameof(Projects))]
    public void A_generator_is_referenced_as_an_analyzer_and_only_where_it_belongs(string path)
    {
        string project = Path.GetFileNameWithoutExtension(path);
        string[] expected = Generators.TryGetValue(project, out string? name) ? [name] : [];
        Assert.That(References(path, AnalyzerReference), Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(Projects))]
    public void A_project_sees_only_its_part_of_Akka(string path)
    {
        string project = Path.GetFileNameWithoutExtension(path);
        string[] akka = [.. References(path, "PackageReference")
            .Where(name => name == AkkaCore || name.StartsWith("Akka.", StringComparison.Ordinal))];
        string[]? allowed = AkkaPackages.GetValueOrDefault(project, []);
        if (allowed is null)
            Assert.That(Arrows, Contains.Key(project));
        else
            Assert.That(akka, Is.SubsetOf(allowed));
    }

    [Test]
    public void The_solution_holds_every_project()
    {
        string solution = Repository.ReadText("KafkaActors.sln").Replace('\\', '/');
        string[] missing = [.. Repository.Files
            .Where(path => path.EndsWith(".csproj", StringComparison.Ordinal))
            .Where(path => !solution.Contains($"\"{path}\"", StringComparison.Ordinal))];
        Assert.That(missing, Is.Empty);
    }

    private static string[] References(string path, string kind) =>
        [.. XDocument.Parse(Repository.ReadText(path)).Descendants()
            .Where(element => Kind(element) == kind)
            .Select(reference => (string?)reference.Attribute("Include") ?? "")
            .Select(include => kind == "PackageReference"
                ? include
                : Path.GetFileNameWithoutExtension(include.Replace('\\', '/')))];

    private static string Kind(XElement element)
    {
        bool isAnalyzer = (string?)element.Attribute("OutputItemType") == "Analyzer"
            && (string?)element.Attribute("ReferenceOutputAssembly") == "false";
        return element.Name == "ProjectReference" && isAnalyzer ? AnalyzerReference : element.Name.LocalName;
    }
}
