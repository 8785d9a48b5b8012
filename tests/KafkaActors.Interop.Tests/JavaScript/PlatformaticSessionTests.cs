using KafkaActors.Interop.Tests.Harness;

namespace KafkaActors.Interop.Tests.JavaScript;

/// <summary>A client that says only what changed (KIP-227) and relies on the node to remember the rest.</summary>
[Category("Interop")]
internal sealed class PlatformaticSessionTests
{
    private Steps _steps = null!;

    [OneTimeSetUp]
    public async Task Run()
    {
        await ClientProgram.Platformatic.RequireAsync();
        _steps = await Steps.OfAsync("javascript/platformatic-session.mjs");
    }

    // Each a partition and how many records it had, of those that the answer told of.
    [TestCase("opened", "[[0,0],[1,0],[2,0]]")]
    [TestCase("one has records", "[[1,1]]")]
    [TestCase("nothing is new", "[]")]
    [TestCase("two have records", "[[0,1],[2,1]]")]
    [TestCase("one is added", "[[3,0]]")]
    [TestCase("the added one has records", "[[3,1]]")]
    [TestCase("one is read again", "[[1,1]]")]
    [TestCase("one is forgotten", "[]")]
    [TestCase("another has records", "[[2,1]]")]
    public void One_session_tells_of_what_has_changed(string step, string told) =>
        _steps.Expect(step, $$"""{"inSession":true,"told":{{told}}}""");
}
