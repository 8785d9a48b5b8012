using KafkaActors.Protocol;

namespace KafkaActors.Simulation.Tests.Nodes;

/// <summary>
/// A machine: a disk, and a process that may be running, paused or absent. A paused process misses nothing and does
/// nothing; when it wakes up it does all at once what it would have done, with its old state.
/// </summary>
internal sealed class SimNode(SimCluster cluster, NodeId id)
{
    private readonly List<Action> _heldBack = [];
    private int _boot;

    public NodeId Id { get; } = id;

    public SimDisk Disk { get; private set; } = new(cluster.World, new DirectoryId(cluster.World.NewGuid()));

    public SimProcess? Process { get; private set; }

    public bool IsPaused { get; private set; }

    public bool WasWiped { get; private set; }

    public bool IsUp => Process is not null;

    /// <summary>The kernel's: a process that dies keeps it, a power loss does not.</summary>
    public string BootId => $"boot-{Id}-{_boot}";

    public void Start()
    {
        if (IsUp) return;
        cluster.World.Note($"node {Id} starts");
        Process = new SimProcess(cluster, this);
        Process.Start();
    }

    /// <summary>The process ends; its page cache stays.</summary>
    public void Kill()
    {
        if (!IsUp) return;
        cluster.World.Note($"node {Id} is killed");
        Process!.Stop();
        Process = null;
        IsPaused = false;
        _heldBack.Clear();
        foreach (var log in Disk.Logs) log.ForgetMemory();
    }

    public void LosePower()
    {
        cluster.World.Note($"node {Id} loses power");
        Kill();
        _boot++;
        foreach (var log in Disk.Logs) log.LosePageCache();
    }

    public void Wipe()
    {
        LosePower();
        WasWiped = true;
        Disk = new SimDisk(cluster.World, new DirectoryId(cluster.World.NewGuid()));
        cluster.World.Note($"node {Id} comes back with the empty directory {Disk.Directory}");
    }

    public void Pause()
    {
        if (!IsUp) return;
        cluster.World.Note($"node {Id} is paused");
        IsPaused = true;
    }

    public void Resume()
    {
        if (!IsPaused) return;
        cluster.World.Note($"node {Id} wakes up");
        IsPaused = false;
        Action[] held = [.. _heldBack];
        _heldBack.Clear();
        foreach (Action action in held) action();
    }

    public void Receive(Action<SimProcess> deliver)
    {
        if (Process is { } process) Run(process, () => deliver(process));
    }

    /// <summary>Runs it in that process, now or when it wakes up, or never if the process is gone.</summary>
    public void Run(SimProcess process, Action action)
    {
        if (Process != process) return;
        if (IsPaused) _heldBack.Add(() => Run(process, action));
        else action();
    }
}
