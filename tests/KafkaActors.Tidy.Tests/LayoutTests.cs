namespace KafkaActors.Tidy.Tests;

public sealed class LayoutTests
{
    private static readonly string[] TopLevel =
    [
        "src", "tests", "hocon", "deploy", "KafkaActors.sln", "README.md", "LICENSE", "Directory.Build.props",
        "Directory.Build.targets", "Directory.Packages.props", ".editorconfig", ".gitignore", ".gitattributes",
        "global.json", "nuget.config", ".ci",
    ];

    private static IEnumerable<string> ProjectFolders => Repository.Files
        .Where(path => path.EndsWith(".csproj", StringComparison.Ordinal))
        .Select(path => Path.GetDirectoryName(path)!.Replace('\\', '/'));

    [Test]
    public void The_top_level_holds_the_agreed_entries_only()
    {
        Assert.That(Repository.TopLevel(), Is.Not.Empty.And.SubsetOf(TopLevel));
    }

    [TestCaseSource(nameof(ProjectFolders))]
    public void A_project_folder_explains_itself(string folder)
    {
        Assert.That(Repository.Exists($"{folder}/README.md"), Is.True, $"{folder} has no README.md");
    }

    [TestCase("src")]
    [TestCase("tests")]
    [TestCase("src/decisions")]
    public void A_folder_of_folders_explains_itself(string folder)
    {
        Assert.That(Repository.Exists($"{folder}/README.md"), Is.True, $"{folder} has no README.md");
    }
}
