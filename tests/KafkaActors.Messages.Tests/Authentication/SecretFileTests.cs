using System.Runtime.Versioning;
using KafkaActors.Messages.Authentication;
using KafkaActors.TestKit;

namespace KafkaActors.Messages.Tests.Authentication;

[Platform("Linux")]
[SupportedOSPlatform("linux")]
public sealed class SecretFileTests
{
    private const UnixFileMode Owners = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly string First = new('a', SharedSecret.LeastCharacters);
    private static readonly string Second = new('b', SharedSecret.MostCharacters);

    private TempDirectory _directory = null!;

    [SetUp]
    public void Make() => _directory = new TempDirectory();

    [TearDown]
    public void Delete() => _directory.Dispose();

    [Test]
    public void A_secret_stands_on_a_line_and_the_first_is_the_one_in_use() => Assert.That(
        SecretFile.Read(Write($"# made in May\n{First}\n\n  {Second}\r\n")), Is.EqualTo(new[] { First, Second }));

    [TestCase("")]
    [TestCase("# nothing yet\n")]
    [TestCase("too short\n")]
    public void What_is_no_secret_is_refused_with_the_file_and_the_remedy(string text)
    {
        string path = Write(text);
        Assert.That(
            () => SecretFile.Read(path),
            Throws.TypeOf<SecretException>().With.Message.Contains(path).And.Message.Contains("make-secrets.sh"));
    }

    [Test]
    public void No_message_has_a_secret_in_it()
    {
        string path = Write($"{First}\n{Second}\n{First}c\n");
        Assert.That(
            () => SecretFile.Read(path),
            Throws.TypeOf<SecretException>().With.Message.Contains(path).And.Message.Not.Contains("aaaa"));
    }

    [TestCase(UnixFileMode.OtherRead)]
    [TestCase(UnixFileMode.OtherWrite)]
    [TestCase(UnixFileMode.GroupWrite)]
    public void A_file_that_others_may_read_is_refused(UnixFileMode also)
    {
        string path = Write(First);
        File.SetUnixFileMode(path, Owners | also);
        Assert.That(() => SecretFile.Read(path), Throws.TypeOf<SecretException>().With.Message.Contains("chmod 640"));
    }

    [Test]
    public void A_link_counts_as_what_it_leads_to()
    {
        string path = Write(First);
        File.SetUnixFileMode(path, Owners | UnixFileMode.GroupRead);
        string link = _directory.Combine("link");
        File.CreateSymbolicLink(link, path);
        Assert.That(SecretFile.Read(link), Is.EqualTo(new[] { First }));
    }

    [Test]
    public void A_missing_file_is_named() => Assert.That(
        () => SecretFile.Read(_directory.Combine("none")),
        Throws.TypeOf<SecretException>().With.Message.Contains(_directory.Combine("none")));

    [Test]
    public void Clients_do_not_have_the_cluster_s_secret()
    {
        string cluster = Write($"{First}\n{Second}");
        string client = Write(Second, "client.secret");
        Assert.That(
            () => HeldSecrets.Read(cluster, client), Throws.TypeOf<SecretException>().With.Message.Contains(client));
    }

    private string Write(string text, string name = "cluster.secret")
    {
        string path = _directory.Combine(name);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, Owners);
        return path;
    }
}
