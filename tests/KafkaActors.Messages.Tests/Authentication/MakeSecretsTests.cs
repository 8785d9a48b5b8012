using KafkaActors.Messages.Authentication;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Messages.Tests.Authentication;

/// <summary><c>deploy/make-secrets.sh</c>.</summary>
[Platform("Linux")]
public sealed class MakeSecretsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private TempDirectory _directory = null!;

    [SetUp]
    public void Make() => _directory = new TempDirectory();

    [TearDown]
    public void Delete() => _directory.Dispose();

    [Test]
    public async Task What_it_makes_is_taken_and_is_never_written_over()
    {
        Assert.That(await RunAsync(), Is.Zero);
        HeldSecrets held = Read();
        Assert.That((held.Cluster.Count, held.Client.Count), Is.EqualTo((1, 1)));
        string[] made = Lines();
        Assert.That(await RunAsync(), Is.EqualTo(1));
        Assert.That(Lines(), Is.EqualTo(made));
    }

    [Test]
    public async Task A_rotation_adds_a_second_secret_and_only_one()
    {
        await RunAsync();
        string first = Lines()[0];
        Assert.That(await RunAsync("--rotate"), Is.Zero);
        Assert.That((Read().Cluster.Count, Lines()[0]), Is.EqualTo((2, first)));
        Assert.That(await RunAsync("--rotate"), Is.EqualTo(1));
        Assert.That(Read().Client, Has.Count.EqualTo(2));
    }

    private async Task<int> RunAsync(params string[] more)
    {
        await using ExternalProcess script =
            ExternalProcess.Start("sh", [Path.Combine(Root(), "deploy", "make-secrets.sh"), _directory.Path, .. more]);
        return await script.WaitForExitAsync(Patience);
    }

    private HeldSecrets Read() =>
        HeldSecrets.Read(_directory.Combine("cluster.secret"), _directory.Combine("client.secret"));

    private string[] Lines() => File.ReadAllLines(_directory.Combine("cluster.secret"));

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "KafkaActors.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("no KafkaActors.sln above the test assembly");
    }
}
