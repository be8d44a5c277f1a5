// What the OpenAPI schema that Kubernetes publishes says of manifests: a line each, exit code 1 with an error. The npm
// package kubernetes-models holds that schema. Unknown fields pass here; recipes.sh refuses them.
const fs = require('fs');
const yaml = require('js-yaml');
const kinds = {
    Job: require('kubernetes-models/batch/v1').Job,
    DaemonSet: require('kubernetes-models/apps/v1').DaemonSet,
};
let bad = 0;
for (const path of process.argv.slice(2)) {
    for (const manifest of yaml.loadAll(fs.readFileSync(path, 'utf8'))) {
        const where = `${path}: ${manifest.kind} ${manifest.metadata.name}`;
        try {
            new kinds[manifest.kind](manifest).validate();
            console.log(`${where}: valid`);
        } catch (error) {
            console.log(`${where}: ${error.message}`);
            bad = 1;
        }
    }
}
process.exit(bad);
