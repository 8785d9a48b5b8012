namespace KafkaActors.Testing.Tests.Packaging;

/// <summary>What a team gets from a package feed: this library and those it stands on.</summary>
[Category("Slow")]
public sealed class PackageTests
{
    private static readonly string[] Libraries =
    [
        "KafkaActors.Broker",
        "KafkaActors.Client",
        "KafkaActors.Coordination",
        "KafkaActors.Messages",
        "KafkaActors.Network",
        "KafkaActors.Protocol",
        "KafkaActors.Storage",
        "KafkaActors.Testing",
    ];

    private readonly PackedLibraries _packages = new();

    [OneTimeSetUp]
    public Task Pack() => _packages.PackAsync();

    [OneTimeTearDown]
    public void Remove() => _packages.Dispose();

    [Test]
    public void What_is_no_library_is_no_package() => Assert.That(_packages.Names, Is.EqualTo(Libraries));

    [TestCaseSource(nameof(Libraries))]
    public void A_package_brings_its_documentation_and_no_generator(string name)
    {
        IReadOnlyList<string> files = _packages.Files(name);
        Assert.That(files, Is.SupersetOf(
            new[] { "README.md", $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml" }));
        Assert.That(files.Where(file => file.EndsWith(".dll", StringComparison.Ordinal)), Has.Exactly(1).Items);
        Assert.That(_packages.Text(name, "README.md"), Does.StartWith($"# {name}\n"));
    }

    [TestCaseSource(nameof(Libraries))]
    public void A_package_says_what_it_is_and_under_which_license(string name)
    {
        Assert.That(Value("description"), Has.Length.GreaterThan(40));
        Assert.That(Value("license"), Is.EqualTo("Apache-2.0"));
        Assert.That(Value("readme"), Is.EqualTo("README.md"));
        Assert.That(Value("tags"), Does.StartWith("kafka "));

        string Value(string element) => _packages.Metadata(name, element).Single().Value;
    }

    [Test]
    public void The_packages_stand_on_each_other_alone()
    {
        string[] needed = [.. Libraries.SelectMany(name => _packages.Metadata(name, "dependency"))
            .Select(dependency => dependency.Attribute("id")!.Value)
            .Where(id => id.StartsWith("KafkaActors.", StringComparison.Ordinal))
            .Distinct()];
        Assert.That(needed, Is.SubsetOf(Libraries));
        Assert.That(
            _packages.Metadata("KafkaActors.Testing", "dependency").Select(one => one.Attribute("id")!.Value),
            Is.SupersetOf(new[] { "KafkaActors.Broker", "KafkaActors.Client" }));
    }
}
