extension Manual {
    /// What programs read of `list`, beside JSON.
    static func formats(on page: inout Roff) {
        page.macro("SH", "FORMATS")
        page.macro("SS", "csv")
        page.text(
            """
            RFC 4180, with a header: \(FleetCSV.header.joined(separator: ", ")). Each row is one vCPU \
            by the guest's number, with 1 for yes and 0 for no. The host's times are seconds since \
            the vCPU's thread began; they are empty where they are not known, and of vCPUs of which \
            it is not known which of the guest's they are. A guest without a current reading has \
            one row with its agent_status. What cannot be printed stands as in JSON (\\u000a), so \
            that each row is one line; a name that begins with = + - or @ has an apostrophe before \
            it, since a spreadsheet would take it for a formula. JSON has every name as it is.
            """)
        page.macro("SS", "openmetrics and prometheus")
        page.text(
            """
            Scrapers of OpenMetrics (application/openmetrics-text) read openmetrics, which ends with \
            # EOF. The text-file collector of node_exporter, promtool and others that read \
            Prometheus's text format (version 0.0.4) want prometheus: they take openmetrics too, but \
            counters have no type and no help then. The samples are the same, and what is not known \
            is absent:
            """)
        for family in FleetMetrics.all {
            page.item(
                Roff.bold(family.sampleName),
                "\(family.kind.rawValue): \(family.help) Labels: "
                    + family.labels.joined(separator: ", ") + ".")
        }
        page.macro("PP")
        page.text(
            """
            The label vcpu is the guest's number of a vCPU; a vCPU of which that is not known has the \
            hypervisor's number in host_vcpu instead. Readings of guests that do not answer now are \
            those of vcputop_agent_reading_age_seconds ago. Where guests have both source and name \
            in common, uuid tells them apart, and number where that is not enough.
            """)
        page.macro("SS", "A file for node_exporter")
        page.text(
            """
            --output replaces the file as a whole: it is written beside, under a name that ends in \
            no .prom, and renamed. The file has the mode of a new file. A symbolic link stays, and \
            what it leads to is replaced. With a systemd service and its timer:
            """)
        page.literal([
            "# /etc/systemd/system/vcputop-metrics.service", "[Service]", "Type=oneshot",
            "ExecStart=/usr/bin/vcputop list --format prometheus \\",
            "  --output /var/lib/prometheus/node-exporter/vcputop.prom",
            "# 2: a source did not answer; the file says which", "SuccessExitStatus=2", "",
            "# /etc/systemd/system/vcputop-metrics.timer", "[Timer]", "OnCalendar=*:*:0/30",
            "AccuracySec=1s", "", "[Install]", "WantedBy=timers.target",
        ])
        page.macro("PP")
        page.text("With cron, every minute:")
        page.literal([
            "* * * * * root /usr/bin/vcputop list --format prometheus "
                + "--output /var/lib/prometheus/node-exporter/vcputop.prom"
        ])
    }
}
