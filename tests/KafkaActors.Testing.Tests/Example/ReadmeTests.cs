namespace KafkaActors.Testing.Tests.Example;

public sealed class ReadmeTests
{
    [Test]
    public void The_README_shows_the_example_as_it_runs()
    {
        string example = Checkout.ReadText("tests/KafkaActors.Testing.Tests/Example/OrderTotalsTests.cs");
        string readme = Checkout.ReadText("src/KafkaActors.Testing/README.md");
        string shown = example[example.IndexOf("public sealed class", StringComparison.Ordinal)..];
        Assert.That(shown, Has.Length.GreaterThan(1000));
        Assert.That(readme, Does.Contain(shown));
    }
}
