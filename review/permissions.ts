import type { TemplateDiff } from '@aws-cdk/cloudformation-diff';
import type { TemplateComparison } from './compare';
import type { Names } from './names';

/** Something that somebody may do after the change, and may not before. */
export interface Permission {
  readonly environment: string;
  readonly who: string;
  readonly may: string;
  /** Empty for what is not about a resource. */
  readonly on: string[];
  /** Empty when there is no condition. */
  readonly when: string;
}

interface Grant {
  readonly who: string;
  readonly may: string;
  readonly on: string;
  readonly when: string;
}

type Statement = TemplateDiff['iamChanges']['statements']['additions'][number];
type Targets = Statement['actions'];

/**
 * Permissions that a change gives: allowed actions that were not, denials that are gone, managed policies, rules of
 * security groups. What only moves from one statement to another, or becomes narrower, is not among them.
 */
export function broadened({ environment, before, after, diff }: TemplateComparison, names: Names): Permission[] {
  const grants = [
    ...allowed(diff),
    ...noLongerDenied(diff),
    ...managedPolicies(diff),
    ...networkRules(diff),
    ...identityCenter(diff),
  ];
  const template = after ?? before;
  const say = (value: string) => (template ? names.readable(value.replace(/^AWS:/, ''), template) : value);
  return merged(grants).map(({ who, may, on, when }) => ({
    environment,
    who: say(who),
    may: say(may),
    on: on.map(say),
    when: say(when).replace(/\s+/g, ' '),
  }));
}

function allowed({ iamChanges: { statements } }: TemplateDiff): Grant[] {
  return without(grantsOf(statements.additions, 'Allow'), grantsOf(statements.removals, 'Allow'));
}

function noLongerDenied({ iamChanges: { statements } }: TemplateDiff): Grant[] {
  const lifted = without(grantsOf(statements.removals, 'Deny'), grantsOf(statements.additions, 'Deny'));
  return lifted.map((grant) => ({ ...grant, may: `${grant.may} (denied before)` }));
}

/** One grant for each principal, action and resource of the statements of an effect; of unknown effect is allowed. */
function grantsOf(statements: Statement[], effect: 'Allow' | 'Deny'): Grant[] {
  return statements
    .filter((statement) => (statement.effect.toString() === 'Deny') === (effect === 'Deny'))
    .flatMap((statement) => {
      const { condition, resource } = statement.render();
      // A statement that is an intrinsic function as a whole has no parts.
      if (statement.actions.empty && statement.resources.empty) {
        return [{ who: statement.principals.render(), may: 'what this gives', on: resource, when: condition }];
      }
      return each(statement.principals).flatMap((who) =>
        each(statement.actions).flatMap((may) =>
          each(statement.resources).map((on) => ({ who, may, on, when: condition })),
        ),
      );
    });
}

/** The values one by one, or all that are left out as one. */
function each(targets: Targets): string[] {
  if (targets.not) return [`all but ${targets.values.join(', ')}`];
  return targets.values.length > 0 ? targets.values : [''];
}

function managedPolicies({ iamChanges }: TemplateDiff): Grant[] {
  return iamChanges.managedPolicies.additions.map(({ identityArn, managedPolicyArn }) => ({
    who: identityArn,
    may: `what ${managedPolicyArn} allows`,
    on: '',
    when: '',
  }));
}

function networkRules({ securityGroupChanges: { ingress, egress } }: TemplateDiff): Grant[] {
  return [
    ...ingress.additions.map((rule) => ({
      who: rule.describePeer(),
      may: `connect: ${rule.describeProtocol()}`,
      on: rule.groupId,
      when: '',
    })),
    ...egress.additions.map((rule) => ({
      who: rule.groupId,
      may: `connect: ${rule.describeProtocol()}`,
      on: rule.describePeer(),
      when: '',
    })),
  ];
}

function identityCenter({ iamChanges }: TemplateDiff): Grant[] {
  return [
    ...iamChanges.ssoAssignments.additions.map(({ principalType, principalId, permissionSetArn, targetId }) => ({
      who: `${principalType ?? ''} ${principalId ?? ''}`,
      may: `what permission set ${permissionSetArn ?? ''} allows`,
      on: targetId ?? '',
      when: '',
    })),
    ...iamChanges.ssoPermissionSets.additions.map(({ name, cfnLogicalId }) => ({
      who: `permission set ${name ?? cfnLogicalId ?? ''}`,
      may: 'what its definition allows',
      on: '',
      when: '',
    })),
  ];
}

function without(grants: Grant[], others: Grant[]): Grant[] {
  const known = new Set(others.map((grant) => JSON.stringify(grant)));
  return grants.filter((grant) => !known.has(JSON.stringify(grant)));
}

/** Actions on the same resource as one, then resources of the same actions as one. */
function merged(grants: Grant[]): Omit<Permission, 'environment'>[] {
  const actions = [...groups(grants, ({ who, on, when }) => [who, on, when])].map(([first, all]) => ({
    ...first,
    may: [...new Set(all.map(({ may }) => may))].join(', '),
  }));
  return [...groups(actions, ({ who, may, when }) => [who, may, when])].map(([first, all]) => ({
    ...first,
    on: all.map(({ on }) => on).filter((on) => on !== ''),
  }));
}

/** The first of each group, with the whole group. */
function groups(grants: Grant[], same: (grant: Grant) => string[]): Map<Grant, Grant[]> {
  const firsts = new Map<string, Grant>();
  const found = new Map<Grant, Grant[]>();
  for (const grant of grants) {
    const key = JSON.stringify(same(grant));
    const first = firsts.get(key) ?? grant;
    firsts.set(key, first);
    found.set(first, [...(found.get(first) ?? []), grant]);
  }
  return found;
}
