extension Manual {
    /// Where guests come from, and what is special about each kind of source.
    static func sources(on page: inout Roff) {
        page.macro("SH", "SOURCES OF GUESTS")
        page.text(
            """
            Without a source, vcputop shows the guests of this host: those of libvirt where its \
            daemon listens, those of a session daemon of your own where one runs (none is \
            started), and every QEMU process whose command line has a server socket for its guest \
            agent, as on Proxmox VE. LIBVIRT_DEFAULT_URI names another connection in place of the \
            first two.

            Any user can start a process that looks like a QEMU. A command line is therefore \
            believed only where the process that has it also serves the socket, at each exchange. \
            Guests are called by QEMU's -name. Where two have one name, SOURCE/NAME tells them \
            apart (agent:/run/qemu/web1.agent/web1), and tables show what differs with the name: \
            web1 (104.qga). Such a label is no name, since it depends on the other guests. A plain \
            name means guests of root, of QEMU's or libvirt's user, or of your own; a guest of \
            another user needs its full name.

            Guests that were found and are not listed are named with the reason: by list on \
            standard error, by list --json in the source's message, by the dashboard with i, and \
            by doctor. A QEMU that restarts on the same socket within 10 s is the same guest; \
            marks made before must be confirmed. Not found are: a QEMU with its options in a file \
            (-readconfig), with its agent on another device than a virtserialport, or with sockets \
            that it was handed open (fd=). Name their sockets with --agent.
            """)
        page.macro("SS", "libvirt")
        page.text(
            """
            --connect takes any URI that libvirt knows, and its aliases (uri_aliases in \
            libvirt.conf). libvirt's library is opened when a connection is asked for, and is only \
            needed then (Debian: libvirt0; Fedora: libvirt-libs). vcputop never asks for a \
            password: libvirt takes it from its auth file, and ssh needs keys or an agent. \
            libvirt asks agents over a connection that may write (domain:write) alone, also for \
            reading. Where only reading is allowed, the host's side is shown and agents are \
            denied. A guest is never tainted, and libvirt's own patience with agents is not \
            changed. When a connection is down, its guests stay with the age of their last reading, \
            and vcputop reconnects with growing pauses.

            A call that libvirt does not return is given up after --timeout, and its guest is left \
            alone until the call returns; it keeps one of the daemon's 20 workers meanwhile. So \
            such calls are limited: of guests that have not answered yet, three are asked at a \
            time, two while a call hangs, one over ssh; while ten calls hang, no further one is \
            asked (waiting). Which guests hang is remembered in $XDG_RUNTIME_DIR/vcputop, or \
            /run/vcputop for root, for all vcputops of the user. A hung QEMU can hold up the call \
            for the host times of all guests; another connection is used then, and the source's \
            line says so.

            Opening a connection may take 10 seconds, or --timeout if that is longer. Over ssh, \
            connections are opened one after the other: two for readings at most, one more for a \
            change, beside those whose calls hang. The channel sockets of libvirt's guests are \
            libvirt's own: it holds them, and no other client is answered.
            """)
        page.macro("SS", "Agent sockets")
        page.text(
            """
            A guest's agent is reached by the socket of its agent channel: the path= of QEMU's \
            -chardev socket behind the port org.qemu.guest_agent.0. Such a socket serves one client \
            at a time, so that it is opened for one exchange and closed. Host time needs no QMP \
            socket where QEMU names its threads (-name web1,debug-threads=on; libvirt and Proxmox \
            VE ask it to). --qmp serves the others, and tells a paused guest (paused), one without \
            an agent (notRunning) and another client (busy) from an agent that hangs \
            (unresponsive). A QMP socket must be served by the same process as the agent's. A path \
            of a QEMU in a container is resolved as the container sees it, and a relative path in \
            the folder where QEMU runs or was started. Where a path leads to a file system that \
            never answers, vcputop prints everything else in time, but the kernel keeps its process \
            until that file system answers or ends.
            """)
    }

    /// The order of things in a change, and the record of it.
    static func changes(on page: inout Roff) {
        page.macro("SH", "CHANGES")
        page.text(
            """
            A change is read, checked, sent as one list (through libvirt as two calls where some \
            vCPUs go online and others offline), and read again. What the guest says then is the \
            outcome, never what a call returned. When a part fails, what was done is undone, last \
            first; --keep-going keeps it. A guest that reboots during a change may number its vCPUs \
            differently: nothing is undone then, and the outcome is partial. A change that was sent \
            and not answered may still happen later, when a stalled agent wakes up: that is \
            unknown, not failed. Read the guest again before you decide.

            No change outlives a reboot of the guest, whose kernel brings its vCPUs online again. \
            To make one last, configure the guest (a unit of systemd that writes 0 to \
            /sys/devices/system/cpu/cpuN/online, or maxcpus=N on the kernel's command line), or \
            have the hypervisor plug fewer vCPUs (virsh setvcpus --config, qm set --vcpus).

            Several guests are changed 8 at once, each as a change of its own; a guest that fails \
            stops no other. What was planned is what is sent: a guest that changed meanwhile is a \
            conflict. A line of --from has up to 64 KiB, a file up to 10,000 lines; a line that is \
            wrong, or two lines for one guest, are an error FILE:LINE: ... before anything is sent. \
            When a source is down, set wants SOURCE/NAME: a guest of the same name may be there.

            What is about to be sent is in the journal, on the disk, before it is sent; its outcome \
            after that. Where the journal cannot be written (a full disk, a read-only home), set \
            and revert refuse unless --no-journal is given, and the dashboard's review asks for \
            consent. A change without an outcome is open while its program is at work, and died \
            where the program ended before: the next dashboard, set or revert that sees the guest \
            says so, reads it, and records how it is found. The journal says what vcputop sent, not \
            what other tools did, and its user can change it: it is a trail, not a proof.
            """)
    }

    /// What the program reads and writes.
    static func files(on page: inout Roff) {
        page.macro("SH", "FILES")
        page.item(
            Roff.bold("/etc/vcputop/config.yaml"),
            "The configuration of the system; see vcputop-config(5).")
        page.item(
            Roff.bold("$XDG_CONFIG_HOME/vcputop/config.yaml"),
            "The configuration of the user, in ~/.config where the variable is not set; see "
                + "vcputop-config(5).")
        page.item(
            Roff.bold("$XDG_STATE_HOME/vcputop/journal.jsonl"),
            "The journal of changes, in ~/.local/state where the variable is not set. At 4 MiB it "
                + "becomes journal.jsonl.1, and the one before is gone. Several vcputops write one "
                + "journal; the demo writes none.")
        page.item(
            Roff.bold("$XDG_RUNTIME_DIR/vcputop"),
            "Which guests of libvirt do not answer; /run/vcputop for root without the variable.")
        page.item(
            Roff.bold("--debug-log") + "\\ " + Roff.italic("FILE"),
            "Each message of agents and QMP, cut at 2,000 bytes and made printable, and each call "
                + "of libvirt, with UTC times. The file has mode 0600; lines that cannot be written "
                + "are lost and counted, and hold up no change.")
        page.item(
            Roff.bold("/usr/share/vcputop"),
            "In the package: JSON schemas of what list, set, log and doctor print with --json.")
    }

    static func completions(on page: inout Roff) {
        page.macro("SH", "COMPLETIONS")
        page.text(
            """
            --generate-completion-script SHELL prints the completions for bash, zsh or fish; the \
            package has them in their places. They complete commands, options, files, the words of \
            themes, formats, orders and filters, guests, connections, and the ids of changes. Guests \
            are those of the sources that stand on the line, else of the configuration, else of \
            this host. The program answers within half a second, starts no daemon and asks no other \
            host. A name with characters that cannot be seen is not offered.
            """)
        page.literal([
            "source <(vcputop --generate-completion-script bash)     # in ~/.bashrc",
            "source <(vcputop --generate-completion-script zsh)      # in ~/.zshrc, after compinit",
            "vcputop --generate-completion-script fish | source      # in config.fish",
        ])
    }
}
