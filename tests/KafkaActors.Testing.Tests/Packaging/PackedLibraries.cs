using System.IO.Compression;
using System.Reflection;
using System.Xml.Linq;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Testing.Tests.Packaging;

/// <summary>Packages of everything under <c>src</c>, made of what was built for this test. Owned by the test.</summary>
internal sealed class PackedLibraries : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    private readonly TempDirectory _directory = new();

    /// <summary>The names of the packages.</summary>
    public IReadOnlyList<string> Names => [.. Directory.GetFiles(_directory.Path, "*.nupkg")
        .Select(file => Path.GetFileName(file))
        .Select(file => file[..file.IndexOf(".0.", StringComparison.Ordinal)])
        .Order(StringComparer.Ordinal)];

    public async Task PackAsync()
    {
        string project = _directory.Combine("packages.proj");
        string sources = Path.Combine(Checkout.Root, "src", "*", "*.csproj");
        string configuration = typeof(PackedLibraries).Assembly
            .GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        await File.WriteAllTextAsync(
            project,
            $"""
            <Project>
              <ItemGroup>
                <Packed Include="{sources}" />
              </ItemGroup>
              <Target Name="Pack">
                <MSBuild Projects="@(Packed)" Targets="Pack"
                  Properties="NoBuild=true;Configuration={configuration};PackageOutputPath={_directory.Path}" />
              </Target>
            </Project>
            """);
        await using ExternalProcess pack = ExternalProcess.Start(
            "dotnet", ["msbuild", project, "-t:Pack", "-nologo", "-v:minimal", "-m:1", "-nodeReuse:false"]);
        Assert.That(await pack.WaitForExitAsync(Timeout), Is.Zero, pack.Describe());
    }

    public IReadOnlyList<string> Files(string name)
    {
        using ZipArchive package = Open(name);
        return [.. package.Entries.Select(entry => entry.FullName)];
    }

    public string Text(string name, string file)
    {
        using ZipArchive package = Open(name);
        using StreamReader reader = new(package.GetEntry(file)!.Open());
        return reader.ReadToEnd();
    }

    /// <summary>The elements of a package's metadata with this name.</summary>
    public IReadOnlyList<XElement> Metadata(string name, string element) =>
        [.. XDocument.Parse(Text(name, $"{name}.nuspec")).Descendants().Where(one => one.Name.LocalName == element)];

    public void Dispose() => _directory.Dispose();

    private ZipArchive Open(string name) =>
        ZipFile.OpenRead(Directory.GetFiles(_directory.Path, $"{name}.0.*.nupkg").Single());
}
